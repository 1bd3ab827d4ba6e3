import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { RULES, type RuleId, sourceOf } from '../../src/sandbox/slack/slack-rules.ts';

const page = await readFile(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');

it('has the same rules in docs/sandbox.md as in the code, in the same order', () => {
  const rows = [...page.matchAll(/^\| `([\w.-]+)` +\| (.*?) +\| (enforced|recorded|not modelled) +\| \[.*?\]\((.*?)\) +\|$/gm)];
  const table = rows.map(([, rule, title, treatment, source]) => ({ rule, title, treatment, source }));
  const code = Object.entries(RULES).map(([rule, { title, treatment }]) => ({
    rule,
    title: title.replaceAll('|', '\\|').replace(/<[^>]*>/g, (token) => `\`${token}\``),
    treatment,
    source: sourceOf(rule as RuleId),
  }));
  expect(table).toEqual(code);
});

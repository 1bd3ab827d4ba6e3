import type { SetupReport } from '../../reply.ts';
import { count } from '../../words.ts';
import { type Block, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign } from './text.ts';

export function setupView(report: SetupReport): MessageView {
  const all = [...report.integrations, ...report.slack];
  const wrong = all.filter((entry) => !entry.ok).length;
  const words =
    wrong === 0 ? 'Everything that was checked works.' : `${count(wrong, 'thing')} ${wrong === 1 ? 'needs' : 'need'} attention.`;
  const apps = report.integrations.map((entry) => checkLine(entry, `${bold(foreign(entry.name, 80))}: `));
  const none =
    'No app is connected yet. Set JETBRAINS_API_KEY and JETBRAINS_COMPANY_CODE, or AHA_API_KEY and AHA_SUBDOMAIN, and start again.';
  const blocks: Block[] = [
    header('Setup'),
    ...sections([words]),
    ...sections(['*Apps*', ...(apps.length === 0 ? [none] : apps)]),
    ...(report.slack.length === 0 ? [] : sections(['*Slack*', ...report.slack.map((entry) => checkLine(entry, ''))])),
  ];
  const gist = all.filter((entry) => !entry.ok).map((entry) => foreign(entry.message));
  return message([words, ...gist].join(' '), fitBlocks(blocks, LIMITS.messageBlocks));
}

function checkLine(
  entry: { readonly ok: boolean; readonly message: string; readonly hint: string | null },
  name: string,
): string {
  const hint = entry.hint === null ? '' : `\n      ${foreign(entry.hint, 400)}`;
  return `${entry.ok ? ':white_check_mark: Works' : ':x: Does not work'}  ·  ${name}${foreign(entry.message, 500)}${hint}`;
}

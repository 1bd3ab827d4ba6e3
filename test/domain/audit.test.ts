import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AUDIT_GENESIS,
  type AuditDraft,
  type AuditEvent,
  type ChainCheck,
  ChainWalker,
  canonicalJson,
  chainEvent,
} from '../../src/domain/audit.ts';
import { aDraft } from '../support/store-builders.ts';

function chain(drafts: readonly AuditDraft[]): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  for (const draft of drafts) events.push(chainEvent(draft, events.at(-1) ?? { seq: 0, hash: AUDIT_GENESIS }));
  return events;
}

function check(lines: readonly string[]): ChainCheck | null {
  const walker = new ChainWalker();
  for (const line of lines) {
    const finding = walker.take(line);
    if (finding !== null) return finding;
  }
  return null;
}

describe('the audit chain', () => {
  const lines = chain(Array.from({ length: 20 }, (_, index) => aDraft('request.created', { detail: { index } }))).map((event) =>
    JSON.stringify(event),
  );

  it('verifies what was written', () => {
    expect(check(lines)).toBeNull();
  });

  it('finds any removed, repeated, swapped or edited event, and names the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 18 }), fc.constantFrom('remove', 'repeat', 'swap', 'edit', 'tear'), (at, damage) => {
        const broken = [...lines];
        const line = broken[at] as string;
        if (damage === 'remove') broken.splice(at, 1);
        if (damage === 'repeat') broken.splice(at, 0, line);
        if (damage === 'swap') broken.splice(at, 2, broken[at + 1] as string, line);
        if (damage === 'edit') broken[at] = line.replace(`"index":${at}`, `"index":${at + 100}`);
        if (damage === 'tear') broken[at] = line.slice(0, -5);
        expect(check(broken)).toMatchObject({ ok: false, line: damage === 'repeat' ? at + 2 : at + 1 });
      }),
    );
  });

  it('reads the same event the same way whatever the order of its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const shuffled = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(shuffled)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

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
  headText,
  parseHead,
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

  it('begins with 64 zeros, and sorts keys by their code', () => {
    expect(AUDIT_GENESIS).toMatch(/^0{64}$/);
    expect(canonicalJson({ b: 1, a: 2, B: 3, 10: 4, 9: 5 })).toBe('{"10":4,"9":5,"B":3,"a":2,"b":1}');
  });

  it.each([
    ['null', null, 'the line is not an audit event'],
    ['17', null, 'the line is not an audit event'],
    ['{"seq":"1"}', null, 'the line is not an audit event'],
    ['{', null, 'the line is not JSON'],
    ['{"seq":7}', 7, 'event 1 was expected here: an event was removed, inserted or moved'],
  ])('says of the line %s what is wrong with it', (line, seq, problem) => {
    expect(check([line])).toEqual({ ok: false, line: 1, seq, problem });
  });

  it('goes on after the head of an earlier day', () => {
    const head = { seq: 9, hash: 'ab'.repeat(32) };
    const walker = new ChainWalker(head);
    expect(walker.take(JSON.stringify(chainEvent(aDraft('request.created'), head)))).toBeNull();
    expect(walker.head().seq).toBe(10);
    expect(walker.take('{"seq":10}')).toMatchObject({ problem: expect.stringContaining('event 11 was expected') });
  });
});

describe('a head as it is posted', () => {
  const hash = '0123456789abcdef'.repeat(4);

  it.each([1, 42, 999_999_999_999])('of event %i is read as it was written', (seq) => {
    expect(parseHead(` ${headText({ seq, hash }).toUpperCase()} `)).toEqual({ seq, hash });
  });

  it.each(['', 'abc', `:${hash}`, `1:${hash}0`, `1:${hash.slice(1)}`, `1234567890123:${hash}`])('is not “%s”', (text) => {
    expect(parseHead(text)).toBeNull();
  });
});

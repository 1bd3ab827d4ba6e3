import { describe, expect, it } from 'vitest';
import { type AuditEvent, ChainWalker } from '../../src/domain/audit.ts';
import type { Store } from '../../src/ports/store.ts';
import { aCard, aDraft, anOwedNotice, aStoredRequest, putRequest } from '../support/store-builders.ts';

async function eventsOf(store: Store): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for await (const event of store.audit.read()) events.push(event);
  return events;
}

/** What every store promises, whatever it is made of. `open` gives an empty one. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  describe(`${name} as a store`, () => {
    it('gives back what was stored, and null for what was not', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')] });
      expect(await store.get('requests', 'R1')).toEqual(aStoredRequest('R1'));
      expect(await store.get('requests', 'R2')).toBeNull();
      expect(await store.get('cards', 'R1')).toBeNull();
    });

    it('refuses to create what exists, to change what does not, and to change an old version', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')] });
      const conflict = { name: 'ConflictError', code: 'conflict.version' };
      await expect(store.commit({ put: [putRequest('R1')] })).rejects.toMatchObject(conflict);
      await expect(store.commit({ put: [putRequest('R2', { version: 2 })] })).rejects.toMatchObject(conflict);
      await store.commit({ put: [putRequest('R1', { version: 2, state: 'approved' })] });
      await expect(store.commit({ put: [putRequest('R1', { version: 2, state: 'denied' })] })).rejects.toMatchObject(conflict);
      expect((await store.get('requests', 'R1'))?.state).toBe('approved');
    });

    it('says in one sentence what was changed by someone else', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')] });
      await expect(store.commit({ put: [putRequest('R1')] })).rejects.toThrow(
        'Request R1 was changed by someone else in the meantime; nothing was written.',
      );
    });

    it('refuses a document whose version does not rise, for it would defeat the guard', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')] });
      const same = { collection: 'requests', doc: aStoredRequest('R1'), expected: 1 } as const;
      await expect(store.commit({ put: [same] })).rejects.toThrow(TypeError);
    });

    it('writes all of a commit or nothing, events included', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')], audit: [aDraft('request.created')] });
      const half = store.commit({
        put: [putRequest('R2'), { collection: 'cards', doc: aCard('R2'), expected: null }, putRequest('R1')],
        remove: [{ collection: 'requests', id: 'R1' }],
        audit: [aDraft('request.created')],
      });
      await expect(half).rejects.toMatchObject({ code: 'conflict.version' });
      expect(await store.get('requests', 'R2')).toBeNull();
      expect(await store.get('cards', 'R2')).toBeNull();
      expect(await store.get('requests', 'R1')).not.toBeNull();
      expect(await eventsOf(store)).toHaveLength(1);
      // What a refused commit claimed is free again.
      await store.commit({ put: [putRequest('R2')] });
    });

    it('lets one of 1,000 simultaneous changes of one document win, round after round', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')] });
      for (let version = 2; version <= 4; version += 1) {
        const tries = Array.from({ length: 1_000 }, (_, index) =>
          store.commit({ put: [putRequest('R1', { version, reason: `try ${index}` })], audit: [aDraft('request.approved')] }),
        );
        const outcomes = await Promise.allSettled(tries);
        expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
        expect((await store.get('requests', 'R1'))?.version).toBe(version);
      }
      expect(await eventsOf(store)).toHaveLength(3);
    });

    it('keeps apart from the objects it was given', async () => {
      const store = await open();
      const doc = { ...aStoredRequest('R1'), inputs: { reason: 'idle' } };
      const detail = { note: 'first' };
      const done = store.commit({
        put: [{ collection: 'requests', doc, expected: null }],
        audit: [aDraft('request.created', { detail })],
      });
      doc.inputs.reason = 'changed while in flight';
      detail.note = 'changed while in flight';
      await done;
      doc.inputs.reason = 'changed later';
      expect((await store.get('requests', 'R1'))?.inputs).toEqual({ reason: 'idle' });
      expect((await eventsOf(store))[0]?.detail).toEqual({ note: 'first' });
    });

    it('hands out nothing through which its memory could be changed', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1')], audit: [aDraft('request.created')] });
      const [request] = await store.list('requests');
      const got = await store.get('requests', 'R1');
      const events = await eventsOf(store);
      for (const change of [
        () => Object.assign(request ?? {}, { state: 'approved' }),
        () => Object.assign(got?.evidence.pinned ?? {}, { assignee: 'somebody else' }),
        () => Object.assign(events[0]?.detail ?? {}, { forged: true }),
        () => Object.assign(got?.evidence.facts ?? [], ['forged']),
      ]) {
        try {
          change();
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }
      expect(await store.get('requests', 'R1')).toEqual(aStoredRequest('R1'));
      expect((await eventsOf(store))[0]?.detail).toEqual({});
    });

    it('lists in order of creation, whatever changed since', async () => {
      const store = await open();
      for (const id of ['R3', 'R1', 'R2']) await store.commit({ put: [putRequest(id)] });
      await store.commit({ put: [putRequest('R3', { version: 2, state: 'approved' })] });
      expect((await store.list('requests')).map((request) => request.id)).toEqual(['R3', 'R1', 'R2']);
      expect((await store.list('requests', { states: ['approved', 'pending'] })).map((request) => request.id)).toEqual([
        'R3',
        'R1',
        'R2',
      ]);
    });

    it('lists the requests in the states asked for, and follows their changes', async () => {
      const store = await open();
      await store.commit({ put: [putRequest('R1'), putRequest('R2'), putRequest('R3', { state: 'approved' })] });
      await store.commit({ put: [putRequest('R1', { version: 2, state: 'denied' })] });
      const ids = async (...states: string[]): Promise<string[]> =>
        (await store.list('requests', { states })).map((request) => request.id);
      expect(await ids('pending')).toEqual(['R2']);
      expect(await ids('pending', 'approved')).toEqual(['R2', 'R3']);
      expect(await ids('denied', 'denied')).toEqual(['R1']);
      expect(await ids('unknown')).toEqual([]);
      expect(await ids()).toEqual([]);
    });

    it('removes a sent notice in the commit that says so, and does not mind one that is gone', async () => {
      const store = await open();
      const notice = anOwedNotice('N1', 'R1');
      await store.commit({ put: [putRequest('R1'), { collection: 'notices', doc: notice, expected: null }] });
      expect(await store.list('notices')).toEqual([notice]);
      await store.commit({ remove: [{ collection: 'notices', id: 'N1' }] });
      await store.commit({ remove: [{ collection: 'notices', id: 'N1' }] });
      expect(await store.list('notices')).toEqual([]);
      await store.commit({ put: [{ collection: 'notices', doc: notice, expected: null }] });
      expect(await store.get('notices', 'N1')).toEqual(notice);
    });

    it('chains its events without gaps, in the order of the commits', async () => {
      const store = await open();
      expect(await store.audit.head()).toEqual({ seq: 0, hash: '0'.repeat(64) });
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          store.commit({ audit: [aDraft('request.created', { detail: { index } }), aDraft('request.approved')] }),
        ),
      );
      const events = await eventsOf(store);
      const walker = new ChainWalker();
      for (const event of events) expect(walker.take(JSON.stringify(event))).toBeNull();
      expect(events).toHaveLength(100);
      expect(events.filter((event) => event.verb === 'request.created').map((event) => event.detail['index'])).toEqual(
        Array.from({ length: 50 }, (_, index) => index),
      );
      expect(await store.audit.head()).toEqual(walker.head());
    });

    it('chains details that JSON writes differently from how they look', async () => {
      const store = await open();
      const detail = {
        at: new Date(0),
        nothing: undefined,
        list: [undefined, Number.NaN],
        text: '\ud800 é \u2028',
        __proto__x: 1,
      };
      await store.commit({ audit: [aDraft('sync.finished', { detail })] });
      const walker = new ChainWalker();
      for (const event of await eventsOf(store)) expect(walker.take(JSON.stringify(event))).toBeNull();
    });

    it('stays unchanged by a value that cannot be stored', async () => {
      const store = await open();
      const detail: Record<string, unknown> = {};
      detail['self'] = detail;
      await expect(store.commit({ put: [putRequest('R1')], audit: [aDraft('sync.finished', { detail })] })).rejects.toThrow(
        TypeError,
      );
      await store.commit({ put: [putRequest('R1')], audit: [aDraft('request.created')] });
      expect((await store.audit.head()).seq).toBe(1);
    });

    it('is checked while open and refuses after it was closed', async () => {
      const store = await open();
      await store.check();
      await store.close();
      await expect(store.commit({ put: [putRequest('R1')] })).rejects.toMatchObject({ name: 'StoreError', code: 'store.closed' });
      await expect(store.check()).rejects.toMatchObject({ code: 'store.closed' });
      await store.close();
    });
  });
}

import { envelope } from './aha-replies.ts';
import type { VendorReply, VendorRequest } from './vendor-server.ts';

export interface AhaAuditEntry {
  readonly id: string;
  readonly audit_action: 'create' | 'update' | 'destroy';
  readonly created_at: string;
  readonly auditable_type: string;
  readonly auditable_id: string;
  readonly user: { readonly id: string; readonly name: string; readonly email: string } | null;
  readonly description: string;
  readonly changes: readonly { readonly field_name: string; readonly value: string }[];
}

/** Older entries move to the historical audits, which are searched in another way. */
const KEPT_MS = 365 * 86_400_000;

/** `/audits`: what was changed on records, newest last. Not who signed in (https://www.aha.io/api/resources/audits). */
export class AhaAudits {
  readonly #now: () => Date;
  #entries: AhaAuditEntry[] = [];
  #lastId = 900_000_000n;

  constructor(now: () => Date) {
    this.#now = now;
  }

  add(entry: Omit<AhaAuditEntry, 'id' | 'created_at'>): void {
    this.#lastId += 1n;
    this.#entries.push({ id: String(this.#lastId), created_at: this.#now().toISOString(), ...entry });
  }

  clear(): void {
    this.#entries = [];
  }

  answer(request: VendorRequest): VendorReply {
    const { query } = request;
    const now = this.#now().getTime();
    const exact = ['auditable_type', 'auditable_id', 'audit_action'] as const;
    const since = instant(query.get('created_since')) ?? Number.NEGATIVE_INFINITY;
    const before = instant(query.get('created_before')) ?? Number.POSITIVE_INFINITY;
    const afterId = /^\d+$/.test(query.get('after_id') ?? '') ? BigInt(query.get('after_id') ?? 0) : -1n;
    const userId = query.get('user_id');
    const found = this.#entries.filter((entry) => {
      const at = Date.parse(entry.created_at);
      return (
        now - at <= KEPT_MS &&
        at >= since &&
        at < before &&
        BigInt(entry.id) > afterId &&
        (userId === null || entry.user?.id === userId) &&
        exact.every((name) => query.get(name) === null || query.get(name) === entry[name])
      );
    });
    return envelope(request, 'audits', found);
  }
}

function instant(text: string | null): number | null {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? null : at;
}

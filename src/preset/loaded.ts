import type { Effect, TargetKind } from '../domain/action-request.ts';
import type { InputInfo, PresetInfo } from '../ports/connector.ts';
import type { LoadedAuth } from './compile-auth.ts';
import type { Condition, Expression } from './expression.ts';
import type { Text } from './mistakes.ts';
import type { ConnectorFile, PaginationFile } from './schema.ts';
import type { Template } from './template.ts';

/*
 * A connector folder after checking and compiling: what the engine runs. Everything here is immutable and free of tenant
 * data, so one loaded connector serves any number of integrations.
 */

export interface LoadedRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Split at `/`; each segment is encoded after filling in. */
  readonly segments: readonly Text[];
  /** The path as written, for logs. */
  readonly pattern: string;
  readonly query: readonly (readonly [string, Template])[];
  readonly headers: readonly (readonly [string, Text])[];
  readonly body: Template | null;
}

export interface LoadedPagination {
  readonly file: PaginationFile;
  readonly total: Expression | null;
  readonly last: Condition | null;
  readonly next: Expression | null;
}

export type Mapping = readonly (readonly [string, Template])[];

export interface LoadedUse {
  readonly run: string;
  readonly inputs: Mapping;
}

export interface Rule {
  readonly when: Condition;
  readonly because: Text;
  readonly input: string | null;
}

export interface FactLine {
  readonly label: string;
  readonly value: Text;
}

export interface LoadedInput {
  readonly info: InputInfo;
  readonly pattern: RegExp | null;
  readonly prefill: Template | null;
  readonly clean: Expression | null;
}

export interface Listing {
  readonly request: LoadedRequest;
  readonly pagination: LoadedPagination | null;
  readonly records: Expression;
  readonly as: 'seat' | 'account' | null;
  /** `record`: `records` gives one record or null instead of a list. */
  readonly shape: 'list' | 'record';
}

export interface LoadedRead {
  readonly kind: 'read';
  readonly info: PresetInfo;
  readonly inputs: readonly LoadedInput[];
  /** `load`: the whole listing of the connector; null: a call without records. */
  readonly source: Listing | 'load' | { readonly request: LoadedRequest };
  readonly filter: Condition | null;
  readonly keep: Condition | null;
  readonly whenEmpty: 'load' | null;
  readonly missing: Condition | null;
  readonly response: Mapping;
}

export interface LoadedWrite {
  readonly kind: 'write';
  readonly info: PresetInfo & { readonly effect: Exclude<Effect, 'read'> };
  readonly inputs: readonly LoadedInput[];
  readonly available: readonly Rule[];
  readonly before: readonly (LoadedUse & { readonly when: Condition | null })[];
  readonly consult: readonly (LoadedUse & {
    readonly name: string;
    readonly when: Condition | null;
    readonly optional: boolean;
  })[];
  readonly refused: readonly Rule[];
  readonly pinned: readonly { readonly name: string; readonly value: Template; readonly changed: Text }[];
  readonly already: { readonly when: Condition; readonly message: Text } | null;
  readonly warnings: readonly Rule[];
  readonly facts: readonly FactLine[];
  readonly sentence: Text;
  readonly request: LoadedRequest;
  readonly success: Condition | null;
  readonly response: { readonly success: Mapping; readonly failure: Mapping };
  readonly verify: LoadedUse & {
    readonly holds: Condition;
    readonly message: Text;
    /** What the vendor shows once it holds; null for a general sentence. */
    readonly shown: Text | null;
    readonly attempts: number;
    readonly delayMs: number;
    readonly response: Mapping;
  };
  readonly undo: {
    readonly run: string;
    readonly target: Template | null;
    readonly targetKind: TargetKind;
    readonly inputs: Mapping;
    readonly when: Condition | null;
    readonly sentence: Text;
  } | null;
}

export type LoadedPreset = LoadedRead | LoadedWrite;

export interface LoadedActivity {
  readonly at: Template;
  readonly never: Condition;
}

export interface SeatMapping {
  readonly id: Template;
  readonly product: { readonly code: Template; readonly name: Template };
  readonly team: { readonly id: Template; readonly name: Template } | null;
  readonly status: readonly { readonly when: Condition | null; readonly is: string }[];
  readonly holder: readonly HolderMapping[];
  readonly role: Template | null;
  readonly lastActivity: LoadedActivity;
  readonly assignedAt: Template | null;
  readonly validUntil: Template | null;
  readonly trial: Condition | null;
  readonly autoRenews: Template | null;
  readonly offlineCode: Condition | null;
}

export type HolderMapping =
  | { readonly when: Condition; readonly kind: 'person'; readonly email: Template; readonly name: Template }
  | { readonly when: Condition; readonly kind: 'server' | 'key' | 'domain'; readonly label: Template };

export interface AccountMapping {
  readonly id: Template;
  readonly email: Template;
  readonly name: Template;
  readonly enabled: Template;
  readonly administrator: Condition;
  readonly paidSeat: Template | null;
  readonly roles: Template | null;
  readonly lastActivity: LoadedActivity;
  readonly createdAt: Template | null;
}

export interface StandardField {
  readonly label: string;
  readonly type: 'text' | 'number' | 'boolean' | 'date';
  readonly value: Template;
}

export interface ErrorRow {
  readonly status: number | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly message: Text;
  readonly hint: string | null;
  readonly retry: boolean | null;
}

/** A connector folder, checked and compiled. `file` holds what it declares for set-up: variables and credential fields. */
export interface LoadedConnector {
  readonly id: string;
  readonly name: string;
  readonly docs: string;
  /** The folder it came from. */
  readonly folder: string;
  readonly variables: ConnectorFile['variables'];
  readonly credential: ConnectorFile['credential'];
  readonly patterns: Readonly<Record<string, RegExp | null>>;
  readonly baseUrl: Text;
  readonly auth: LoadedAuth | null;
  readonly headers: readonly (readonly [string, Text])[];
  readonly limits: ConnectorFile['limits'];
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly readTimeoutMs: number;
  readonly redact: readonly (readonly string[])[];
  readonly check: {
    readonly request: LoadedRequest;
    readonly sentence: Text;
    readonly facts: readonly FactLine[];
    readonly warnings: readonly (Rule & { readonly hint: string | null })[];
  };
  readonly load: Listing & { readonly cacheMs: number };
  readonly fields: readonly StandardField[];
  readonly seat: SeatMapping | null;
  readonly account: AccountMapping | null;
  readonly lookup: LoadedUse;
  readonly targets: { readonly seat: LoadedUse | null; readonly account: LoadedUse | null };
  readonly pool: LoadedUse | null;
  readonly errors: { readonly code: Template | null; readonly detail: Template | null; readonly table: readonly ErrorRow[] };
  readonly presets: ReadonlyMap<string, LoadedPreset>;
}

import type { Effect, TargetKind } from '../domain/action-request.ts';
import type { InputInfo, PresetInfo } from '../ports/connector.ts';
import type { LoadedAuth } from './compile-auth.ts';
import type { Condition, Expression } from './expression.ts';
import type { Text } from './mistakes.ts';
import type { Pattern } from './pattern.ts';
import type { ConnectorFile } from './schema.ts';
import type { PaginationFile } from './schema-parts.ts';
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
  /** A body of form fields, in place of a JSON body. */
  readonly form: readonly (readonly [string, Template])[] | null;
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
  /** The vendor's own paths it comes from; null where the mapping does not say. */
  readonly source: string | null;
}

export interface LoadedInput {
  readonly info: InputInfo;
  readonly pattern: Pattern | null;
  readonly prefill: Template | null;
  readonly clean: Expression | null;
}

/** Calls that list things. */
export interface Listing {
  readonly request: LoadedRequest;
  readonly pagination: LoadedPagination | null;
  readonly records: Expression;
  /** `record`: `records` gives one record or null instead of a list. */
  readonly shape: 'list' | 'record';
}

export type HoldingKind = 'seat' | 'account';

/** What records become, and how. Where `as` names a kind, its mapping is there. */
export interface Becoming {
  readonly as: readonly HoldingKind[];
  readonly seat: SeatMapping | null;
  readonly account: AccountMapping | null;
}

export type LoadSource =
  | ({ readonly kind: 'calls' } & Listing)
  | {
      readonly kind: 'csv';
      readonly address: Text;
      readonly delimiter: string | null;
      /** Other names of columns, by the name expressions use. */
      readonly columns: ReadonlyMap<string, readonly string[]>;
      readonly required: readonly string[];
    }
  | { readonly kind: 'directory' };

/** One list of a load. */
export interface LoadListing extends Becoming {
  /** `load` for the first. */
  readonly name: string;
  readonly source: LoadSource;
}

/** What else is read about a record, found in mappings as `joined.<name>`. */
export type LoadedJoin =
  | ({
      readonly kind: 'list';
      readonly name: string;
      readonly key: Expression;
      readonly on: Expression;
      readonly many: boolean;
    } & Listing)
  | {
      readonly kind: 'detail';
      readonly name: string;
      readonly request: LoadedRequest;
      readonly record: Expression;
      readonly when: Condition | null;
      readonly missing: Condition | null;
      readonly concurrency: number;
    };

export interface LoadedRead {
  readonly kind: 'read';
  readonly info: PresetInfo;
  readonly inputs: readonly LoadedInput[];
  /** `load`: everything the connector lists. A request alone: a call without records. */
  readonly source: (Listing & Becoming) | 'load' | { readonly request: LoadedRequest };
  /** The kinds that count of what the records become; null: all. */
  readonly as: readonly HoldingKind[] | null;
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
  /** Null for a task that is done by hand. */
  readonly request: LoadedRequest | null;
  readonly byHand: { readonly steps: readonly Text[]; readonly link: Text | null } | null;
  readonly success: Condition | null;
  readonly response: { readonly success: Mapping; readonly failure: Mapping };
  /** Null where nobody can look: the word of whoever did the task has to do. */
  readonly verify: LoadedVerify | null;
  readonly undo: {
    readonly run: string;
    readonly target: Template | null;
    readonly targetKind: TargetKind;
    readonly inputs: Mapping;
    readonly when: Condition | null;
    readonly sentence: Text;
  } | null;
}

export interface LoadedVerify extends LoadedUse {
  readonly holds: Condition;
  readonly message: Text;
  /** What the vendor shows once it holds; null for a general sentence. */
  readonly shown: Text | null;
  readonly attempts: number;
  readonly delayMs: number;
  readonly response: Mapping;
  /** The vendor took it on for later; null for vendors that act at once. */
  readonly scheduled: { readonly when: Condition; readonly message: Text; readonly until: Template | null } | null;
}

export type LoadedPreset = LoadedRead | LoadedWrite;

export interface LoadedActivity {
  readonly at: Template;
  readonly never: Condition;
  readonly unknown: Condition | null;
}

export interface SeatMapping {
  readonly when: Condition | null;
  /** A list in the record whose items become a seat each; null: the record is one seat. */
  readonly each: Expression | null;
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
  | {
      readonly when: Condition;
      readonly kind: 'person';
      readonly email: Template | null;
      readonly login: Template | null;
      readonly name: Template | null;
    }
  | { readonly when: Condition; readonly kind: 'server' | 'key' | 'domain'; readonly label: Template };

export interface AccountMapping {
  readonly when: Condition | null;
  readonly id: Template;
  readonly email: Template | null;
  readonly login: Template | null;
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
  readonly patterns: Readonly<Record<string, Pattern | null>>;
  /** Null where nothing is called. */
  readonly baseUrl: Text | null;
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
  } | null;
  readonly load: { readonly listings: readonly LoadListing[]; readonly cacheMs: number };
  readonly joined: readonly LoadedJoin[];
  readonly fields: readonly StandardField[];
  readonly seat: SeatMapping | null;
  readonly account: AccountMapping | null;
  readonly lookup: LoadedUse;
  readonly targets: { readonly seat: LoadedUse | null; readonly account: LoadedUse | null };
  readonly pool: LoadedUse | null;
  readonly errors: { readonly code: Template | null; readonly detail: Template | null; readonly table: readonly ErrorRow[] };
  readonly presets: ReadonlyMap<string, LoadedPreset>;
}

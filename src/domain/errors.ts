/**
 * The six ways work can stop. `message` is one plain sentence for the person (what happened, to what), `hint` the next
 * step, `cause` is for the log. Neither holds a secret. Anything else thrown is a bug and is shown as an incident id.
 */
export abstract class SeatwardenError extends Error {
  abstract override readonly name: string;
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
  }
}

/** The person typed or chose something that cannot be; they can correct it. */
export class UsageError extends SeatwardenError {
  override readonly name = 'UsageError';
}

/** The person lacks a right, or a rule says no. */
export class ForbiddenError extends SeatwardenError {
  override readonly name = 'ForbiddenError';
}

/** Somebody or something was faster; look again. */
export class ConflictError extends SeatwardenError {
  override readonly name = 'ConflictError';
}

/** The operator must mend the set-up. `mistakes` lists every one found. */
export class ConfigError extends SeatwardenError {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly ConfigMistake[];

  constructor(message: string, mistakes: readonly ConfigMistake[] = [], options: { hint?: string; cause?: unknown } = {}) {
    super('config.invalid', message, options);
    this.mistakes = mistakes;
  }
}

export interface ConfigMistake {
  readonly file: string;
  /** JSON path such as `integrations.jetbrains.mode`; empty for the whole file. */
  readonly path: string;
  readonly problem: string;
  /** What would be accepted, when it can be listed. */
  readonly allowed?: readonly string[];
}

/** The vendor answered, and the answer is no or cannot be read. */
export class VendorError extends SeatwardenError {
  override readonly name = 'VendorError';
  readonly status: number;

  constructor(code: string, status: number, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
    this.status = status;
  }
}

/** No answer came. `neverSent` is true only when the request provably did not leave. */
export class TransportError extends SeatwardenError {
  override readonly name = 'TransportError';
  readonly neverSent: boolean;

  constructor(code: string, neverSent: boolean, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(code, message, options);
    this.neverSent = neverSent;
  }
}

/** The disk or database refused; nothing was changed. */
export class StoreError extends SeatwardenError {
  override readonly name = 'StoreError';
}

/** A job of the bot and its next two times, as they cross from its process to the sandbox's. */
export interface UpcomingJob {
  readonly id: string;
  /** ISO. */
  readonly at: string;
  readonly following: string | null;
}

/** All a bot needs to work in the sandbox. */
export interface Beginning {
  /** The contents of a seatwarden.config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly dataDir: string;
  /** How far the sandbox's clock is ahead. */
  readonly offsetMs: number;
}

/** What the sandbox says to the bot it started, over the channel between the two processes. */
export type ToBot =
  | { readonly do: 'begin'; readonly with: Beginning }
  /** Answered when what became due has run. */
  | { readonly do: 'tell-time'; readonly id: number; readonly offsetMs: number }
  | { readonly do: 'tell-jobs'; readonly id: number }
  | { readonly do: 'stop' };

export type FromBot =
  /** `url` is its own address, with health, metrics and, in HTTP mode, `/slack/events`. */
  | { readonly say: 'ready'; readonly url: string }
  /** It could not start and is about to end; `failure` says why, in the form the command line has for that. */
  | { readonly say: 'failed'; readonly failure: unknown }
  | { readonly say: 'jobs'; readonly id: number; readonly jobs: readonly UpcomingJob[] };

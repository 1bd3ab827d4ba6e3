import { audit } from './audit.ts';
import { check } from './check.ts';
import { presets } from './presets.ts';
import { sandbox } from './sandbox.ts';
import { sandboxBot } from './sandbox-bot.ts';
import { secrets } from './secrets.ts';
import { start } from './start.ts';
import type { Verb } from './verb.ts';
import { worldVerbs } from './world-verbs.ts';

/** Everything `seatwarden` can do, in the order of the help. */
export const verbs: readonly Verb[] = [start, sandbox, check, ...worldVerbs, presets, audit, secrets, sandboxBot];

import { approve } from './approve.ts';
import { audit } from './audit.ts';
import { check } from './check.ts';
import { deny } from './deny.ts';
import { lookup } from './lookup.ts';
import { presets } from './presets.ts';
import { request } from './request.ts';
import { requests } from './requests.ts';
import { sandbox } from './sandbox.ts';
import { secrets } from './secrets.ts';
import { start } from './start.ts';
import type { Verb } from './verb.ts';
import { withdraw } from './withdraw.ts';

/** Everything `seatwarden` can do, in the order of the help. */
export const verbs: readonly Verb[] = [
  start,
  sandbox,
  check,
  lookup,
  request,
  requests,
  approve,
  deny,
  withdraw,
  presets,
  audit,
  secrets,
];

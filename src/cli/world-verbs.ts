import { approve } from './approve.ts';
import { deny } from './deny.ts';
import { lookup } from './lookup.ts';
import { request } from './request.ts';
import { requests } from './requests.ts';
import type { WorldVerb } from './verb.ts';
import { withdraw } from './withdraw.ts';

/** What a command line may ask a running bot to do. */
export const worldVerbs: readonly WorldVerb[] = [lookup, request, requests, approve, deny, withdraw];

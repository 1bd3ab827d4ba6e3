import { approve } from './approve.ts';
import { breakGlass } from './break-glass.ts';
import { cancel } from './cancel.ts';
import { comment } from './comment.ts';
import { delegate } from './delegate.ts';
import { deny } from './deny.ts';
import { done, notDone } from './done.ts';
import { freeze, unfreeze } from './freeze.ts';
import { accept, reject } from './held-session.ts';
import { launch } from './launch.ts';
import { lookup } from './lookup.ts';
import { policy } from './policy.ts';
import { queue } from './queue.ts';
import { renew } from './renew.ts';
import { report } from './report.ts';
import { request } from './request.ts';
import { requests } from './requests.ts';
import { sessions } from './sessions.ts';
import { show } from './show.ts';
import { sync } from './sync.ts';
import { undo } from './undo.ts';
import type { WorldVerb } from './verb.ts';
import { withdraw } from './withdraw.ts';

/** What a command line may ask a running bot to do. */
export const worldVerbs: readonly WorldVerb[] = [
  lookup,
  request,
  requests,
  show,
  approve,
  deny,
  withdraw,
  done,
  notDone,
  cancel,
  undo,
  renew,
  queue,
  comment,
  delegate,
  policy,
  breakGlass,
  freeze,
  unfreeze,
  sync,
  launch,
  sessions,
  accept,
  reject,
  report,
];

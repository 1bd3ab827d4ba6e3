import type { CommandDefinition } from '../src/command.ts';
import assign from './assign.ts';
import audit from './audit.ts';
import available from './available.ts';
import breakglass from './breakglass.ts';
import deactivate from './deactivate.ts';
import delegate from './delegate.ts';
import expired from './expired.ts';
import find from './find.ts';
import freeze from './freeze.ts';
import help from './help.ts';
import history from './history.ts';
import inactive from './inactive.ts';
import leavers from './leavers.ts';
import lookup from './lookup.ts';
import mine from './mine.ts';
import policy from './policy.ts';
import presets from './presets.ts';
import renew from './renew.ts';
import renewals from './renewals.ts';
import report from './report.ts';
import request from './request.ts';
import requests from './requests.ts';
import revoke from './revoke.ts';
import savings from './savings.ts';
import seats from './seats.ts';
import sessions from './sessions.ts';
import setup from './setup.ts';
import sync from './sync.ts';
import unfreeze from './unfreeze.ts';
import update from './update.ts';

/** Everything that can follow `/licenses`, in the order of the help. */
export const commands: readonly CommandDefinition[] = [
  lookup,
  mine,
  available,
  request,
  assign,
  revoke,
  deactivate,
  update,
  requests,
  renew,
  delegate,
  policy,
  audit,
  breakglass,
  freeze,
  unfreeze,
  expired,
  inactive,
  leavers,
  renewals,
  seats,
  savings,
  report,
  find,
  history,
  sync,
  sessions,
  presets,
  setup,
  help,
];

import type { Reply } from '../../reply.ts';
import { auditView } from './audit.ts';
import type { MessageView } from './blocks.ts';
import { chooseView } from './choose.ts';
import { delegationsView } from './delegations.ts';
import { freeSeatsView } from './free-seats.ts';
import { helpView } from './help.ts';
import { lookupView } from './lookup.ts';
import { messageView } from './message.ts';
import { foundView, historyView } from './people-views.ts';
import { policyView } from './policy.ts';
import { presetsView } from './presets.ts';
import { reportView } from './report.ts';
import { requestsView } from './requests.ts';
import { setupView } from './setup.ts';
import { filterView, mappingView, sessionsView, sessionView } from './sync-views.ts';

/** A command's answer as a message. A form is a window instead and never comes here. */
export function replyView(reply: Exclude<Reply, { kind: 'form' }>): MessageView {
  switch (reply.kind) {
    case 'message':
      return messageView(reply.text, reply.hint);
    case 'lookup':
      return lookupView(reply.result);
    case 'choose':
      return chooseView(reply);
    case 'requests':
      return requestsView(reply.waiting, reply.mine, reply.now);
    case 'free-seats':
      return freeSeatsView(reply.groups, reply.problems);
    case 'presets':
      return presetsView(reply.integrations);
    case 'setup':
      return setupView(reply.report);
    case 'audit':
      return auditView(reply.person, reply.events, reply.earlier);
    case 'delegations':
      return delegationsView(reply.given);
    case 'policy':
      return policyView(reply.explanations);
    case 'sync-started':
      return messageView(
        `The ${reply.test ? 'test run' : 'sync'} of ${reply.name} has started (session ${reply.sessionId}).`,
        'How far it is comes as a direct message.',
      );
    case 'sessions':
      return sessionsView(reply.health, reply.sessions, reply.now);
    case 'session':
      return sessionView(reply.session, reply.progress);
    case 'mapping':
      return mappingView(reply.report);
    case 'filter':
      return filterView(reply.preview);
    case 'found':
      return foundView(reply.text, reply.found, reply.profile);
    case 'history':
      return historyView(reply.person, reply.history);
    case 'report':
      return reportView(reply.report, reply.request);
    case 'help':
      return helpView(reply.intro, reply.entries);
  }
}

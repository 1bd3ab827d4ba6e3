import type { Reply } from '../../reply.ts';
import type { MessageView } from './blocks.ts';
import { chooseView } from './choose.ts';
import { delegationsView } from './delegations.ts';
import { freeSeatsView } from './free-seats.ts';
import { helpView } from './help.ts';
import { lookupView } from './lookup.ts';
import { messageView } from './message.ts';
import { policyView } from './policy.ts';
import { presetsView } from './presets.ts';
import { requestsView } from './requests.ts';
import { setupView } from './setup.ts';

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
    case 'delegations':
      return delegationsView(reply.given);
    case 'policy':
      return policyView(reply.explanations);
    case 'help':
      return helpView(reply.intro, reply.entries);
  }
}

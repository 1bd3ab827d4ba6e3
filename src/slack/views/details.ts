import type { ActionRequest } from '../../domain/action-request.ts';
import type { Comment } from '../../domain/records.ts';
import type { Instant } from '../../domain/time.ts';
import { ageOf, count, stateWords } from '../../words.ts';
import { header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign, momentToken } from './text.ts';

/** Each fact with its age and its name at the vendor, every row of a bulk request, and what people wrote. */
export function detailsView(request: ActionRequest, comments: readonly Comment[], now: Instant): MessageView {
  const { evidence } = request;
  const age = ageOf(evidence.readAt, now);
  const facts = evidence.facts.map(
    (fact) =>
      `• ${foreign(fact.label, 100)}: ${bold(foreign(fact.value, 300))}  ·  read ${age}${fact.source === undefined ? '' : `  ·  \`${foreign(fact.source, 120)}\``}`,
  );
  const rows = (request.bulk?.rows ?? []).map((row, at) => {
    const state = row.state === 'waiting' ? 'Waiting' : row.state === 'excluded' ? 'Left out' : stateWords(row.state);
    return `${at + 1}. *${state}* ${foreign(row.sentence, 200)}${row.message === null ? '' : ` _${foreign(row.message, 150)}_`}`;
  });
  const said = comments.map(
    (comment) => `${bold(foreign(comment.by.name))} ${momentToken(comment.at)}: ${foreign(comment.text, 500)}`,
  );
  const gist = `Request ${foreign(request.id)}: ${foreign(request.sentence, 600)}`;
  return message(
    gist,
    fitBlocks(
      [
        ...sections([bold(foreign(request.sentence, 600)), foreign(request.policy.because, 600)]),
        ...(facts.length === 0 ? [] : [header(`What ${request.connectorName} said`), ...sections(facts)]),
        ...(rows.length === 0 ? [] : [header(count(rows.length, 'row')), ...sections(rows)]),
        ...(said.length === 0 ? [] : [header('What people wrote'), ...sections(said)]),
      ],
      LIMITS.messageBlocks,
    ),
  );
}

import type { ActionRequest } from '../domain/action-request.ts';
import { readDetails } from '../services/read-details.ts';
import { rowsCsv } from '../services/rows-csv.ts';
import { plainMoment, stateWords } from '../words.ts';
import { clean, requestText } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const show: WorldVerb = {
  kind: 'world',
  name: 'show',
  usage: 'show <id> [--csv] [--as <email>] [--json]',
  summary: 'Shows one request with its evidence, rows and comments; --csv gives the rows of a bulk request.',
  options: { csv: { type: 'boolean' } },
  words: [1, 1],
  changes: false,
  async run({ world }, caller, args) {
    const { request, comments } = await readDetails(world, caller, args.positionals[0] ?? '');
    const rows = request.bulk?.rows ?? [];
    if (args.options['csv'] === true) {
      return done(rowsCsv(request), { rows });
    }
    const facts = request.evidence.facts.map(
      (fact) => `  ${fact.label}: ${fact.value}${fact.source === undefined ? '' : ` (${fact.source})`}`,
    );
    const listed = rows.map(
      (row, at) => `  ${at + 1}. ${rowState(row.state)}: ${row.sentence}${row.message === null ? '' : ` (${row.message})`}`,
    );
    const said = comments.map((comment) => `  ${plainMoment(comment.at)} ${comment.by.name}: ${comment.text}`);
    const read = facts.length === 0 ? [] : [`  Read ${plainMoment(request.evidence.readAt)}:`];
    const text = [requestText(request), ...knownLines(request), ...read, ...facts, ...listed, ...said].join('\n');
    return done(clean(text), { request, comments });
  },
};

/** What is known beside what the vendor said. */
function knownLines({ evidence: { price, confidence, earlier = [], answers = [] } }: ActionRequest): readonly string[] {
  return [
    ...(price === undefined ? [] : [`  Costs ${price}`]),
    ...(confidence === undefined ? [] : [`  Not needed: ${confidence.tier} (${confidence.because})`]),
    ...earlier.map(
      (one) =>
        `  Earlier (${one.id}): ${one.sentence} ${stateWords(one.state).toLowerCase()}, asked by ${one.by} ${plainMoment(one.at)}${one.why === undefined ? '' : `: "${one.why}"`}`,
    ),
    ...answers.map((one) => `  ${one.by} ${one.answer} it ${plainMoment(one.at)} (then ${one.asked})`),
  ];
}

function rowState(state: NonNullable<Parameters<typeof stateWords>[0]> | 'waiting' | 'excluded'): string {
  if (state === 'waiting') return 'Waiting';
  return state === 'excluded' ? 'Left out' : stateWords(state);
}

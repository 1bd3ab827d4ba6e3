import { toCsv } from '../domain/csv.ts';
import { readDetails } from '../services/read-details.ts';
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
      const lines = rows.map((row) => [row.target.id, row.affected?.email ?? '', row.sentence, row.state, row.message ?? '']);
      return done(toCsv(['id', 'email', 'what', 'state', 'message'], lines), { rows });
    }
    const facts = request.evidence.facts.map(
      (fact) => `  ${fact.label}: ${fact.value}${fact.source === undefined ? '' : ` (${fact.source})`}`,
    );
    const listed = rows.map(
      (row, at) => `  ${at + 1}. ${rowState(row.state)}: ${row.sentence}${row.message === null ? '' : ` (${row.message})`}`,
    );
    const said = comments.map((comment) => `  ${plainMoment(comment.at)} ${comment.by.name}: ${comment.text}`);
    const read = facts.length === 0 ? [] : [`  Read ${plainMoment(request.evidence.readAt)}:`];
    return done(clean([requestText(request), ...read, ...facts, ...listed, ...said].join('\n')), { request, comments });
  },
};

function rowState(state: NonNullable<Parameters<typeof stateWords>[0]> | 'waiting' | 'excluded'): string {
  if (state === 'waiting') return 'Waiting';
  return state === 'excluded' ? 'Left out' : stateWords(state);
}

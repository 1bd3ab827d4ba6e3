import type { PersonRef } from '../../domain/person.ts';
import type { Found, PersonHistory, Profile } from '../../reply.ts';
import { heldWords, historyWords } from '../../sync-words.ts';
import { count, originWords } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { type Block, button, header, type MessageView, message, sections, sectionWith } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, dayToken, foreign, momentToken } from './text.ts';

const PEOPLE_SHOWN = 20;
const ENTRIES_SHOWN = 40;

/** People, products and teams; one person alone with all that is known of them. */
export function foundView(text: string, found: Found, profile: Profile | null): MessageView {
  const gist = `${count(found.total, 'person', 'people')}, ${count(found.holdingsTotal, 'seat or account', 'seats and accounts')}, ${count(found.products.length, 'product')}, ${count(found.teams.length, 'team')} and ${count(found.apps.length, 'app')} have “${foreign(text, 80)}”.`;
  const shown = found.people.slice(0, PEOPLE_SHOWN);
  const left = found.total - shown.length;
  const blocks: Block[] = [
    header('Found'),
    ...sections([gist]),
    ...shown.map((person): Block => {
      const line = `${bold(foreign(person.name, 80))}${person.email === null || person.email === person.name ? '' : `  ${foreign(person.email, 100)}`}  ·  ${foreign(person.integrations.join(', '), 120)}${person.active ? '' : '  ·  inactive'}`;
      return person.email === null
        ? { type: 'section', text: { type: 'mrkdwn', text: line, verbatim: true } }
        : sectionWith(
            line,
            button({ actionId: ACTIONS.pick, text: 'Look up', value: person.email, label: `Look up ${person.email}` }),
          );
    }),
    ...(left > 0 ? sections([`${count(left, 'more person', 'more people')}: type more of the name.`]) : []),
    ...apps(found.apps),
    ...holdings(found),
    ...names('Products', found.products),
    ...names('Teams', found.teams),
    ...(profile === null ? [] : profileBlocks(profile)),
  ];
  return message(gist, fitBlocks(blocks, LIMITS.messageBlocks));
}

function names(title: string, all: Found['products']): Block[] {
  if (all.length === 0) return [];
  return sections([
    bold(title),
    ...all.slice(0, 20).map((one) => `• ${foreign(one.name, 80)}: ${count(one.count, 'seat')} in ${foreign(one.integrationId)}`),
  ]);
}

/** Apps of the software catalogue, with what is linked to each. */
function apps(all: Found['apps']): Block[] {
  if (all.length === 0) return [];
  return sections([
    bold('Apps'),
    ...all
      .slice(0, 20)
      .map(
        (one) =>
          `• ${foreign(one.name, 80)}: ${count(one.people, 'person', 'people')}, ${count(one.holdings, 'seat or account', 'seats and accounts')}, from ${foreign(one.integrations.join(', '), 120)}`,
      ),
    ...(all.length > 20 ? [`… and ${count(all.length - 20, 'more app')}.`] : []),
  ]);
}

/** Seats and accounts found by their id or a field of the company's own. */
function holdings({ holdings: shown, holdingsTotal }: Found): Block[] {
  if (shown.length === 0) return [];
  const left = holdingsTotal - shown.length;
  return sections([
    bold('Seats and accounts'),
    ...shown.map((one) => {
      const by = one.field === null ? '' : `  ·  by ${foreign(one.field, 60)}`;
      const who = one.email === null ? 'nobody' : foreign(one.email, 100);
      return `• ${foreign(one.title, 80)}  \`${foreign(one.id, 80).replaceAll('`', "'")}\`  ·  ${who}  ·  ${foreign(one.integrationId, 60)}${by}${one.active ? '' : '  ·  inactive'}`;
    }),
    ...(left > 0 ? [`… and ${count(left, 'more seat or account', 'more seats and accounts')}: type more of it.`] : []),
  ]);
}

/** Each field with the integration it came from. */
function profileBlocks({ person, merged, origins }: Profile): Block[] {
  const lines = Object.entries(merged.fields).map(
    ([name, { value, source, at }]) =>
      `• ${foreign(name, 60)}: ${foreign(String(value), 120)}  _from ${foreign(source)}${at === null ? '' : `, ${momentToken(at)}`}_`,
  );
  const sources = origins.map(
    ({ integrationId, app, origin, syncedAt }) =>
      `• ${foreign(integrationId, 60)}: ${foreign(app, 80)}, ${foreign(originWords(origin), 300)}, Connector Sync Time ${momentToken(syncedAt)}`,
  );
  return sections([
    bold(`What is known of ${foreign(person.name, 80)}`),
    ...lines,
    ...(sources.length === 0 ? [] : [bold('Where it comes from'), ...sources]),
  ]);
}

export function historyView(person: PersonRef, { entries, held }: PersonHistory): MessageView {
  const gist = `${count(entries.length, 'change')} of ${foreign(person.name)} seen by syncs.`;
  const shown = entries.slice(0, ENTRIES_SHOWN);
  const left = entries.length - shown.length;
  const blocks: Block[] = [
    header(`History of ${person.name}`),
    ...(held === null
      ? []
      : sections([
          bold(`Held on ${held.at.slice(0, 10)}`),
          ...(held.states.length === 0
            ? ['Nothing that a sync has seen.']
            : held.states.map(
                (state) =>
                  `• ${foreign(heldWords(state), 200)}  ·  ${foreign(state.integrationId)}  ·  since ${dayToken(state.from)}`,
              )),
        ])),
    ...sections([
      ...(shown.length === 0
        ? ['No sync has seen a change yet.']
        : shown.map(
            (entry) => `${dayToken(entry.at)}  ·  ${foreign(entry.integrationId)}  ·  ${foreign(historyWords(entry), 300)}`,
          )),
      ...(left > 0 ? [`… and ${count(left, 'older change')}; add a date to see what was held then.`] : []),
    ]),
  ];
  return message(gist, fitBlocks(blocks, LIMITS.messageBlocks));
}

import type { types } from '@slack/bolt';
import type { Activity, Cockpit, Tile } from '../../domain/cockpit.ts';
import { describeSession } from '../../domain/sync-session.ts';
import { ACTIONS } from '../ids.ts';
import { statusLine } from './approval-card.ts';
import { type Block, button, context, header, plain, sections, sectionWith } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { bold, foreign, foreignPlain, momentToken } from './text.ts';

/** Of the tones; the words beside them say the same. */
const SYMBOLS: Readonly<Record<Tile['tone'], string>> = {
  wrong: ':x:',
  warn: ':warning:',
  good: ':heavy_check_mark:',
  plain: ':information_source:',
};
const ALL = 'all';

/** The figures those who run it look at first, each with the way to its report. */
export function cockpitBlocks({ tiles, asOf, filter, activity }: Cockpit): Block[] {
  return [
    header('Cockpit'),
    ...appMenu(filter),
    ...tiles.map(tileBlock),
    context(
      asOf === null
        ? ':hourglass_flowing_sand: The figures are being counted…'
        : `Counted ${momentToken(asOf)} from the last syncs; no vendor was asked.`,
    ),
    ...(activity.length === 0 ? [] : sections([bold('Recent activity'), ...activity.map(activityLine)])),
  ];
}

function appMenu({ chosen, apps }: Cockpit['filter']): Block[] {
  if (apps.length < 2) return [];
  const option = (value: string, text: string): types.PlainTextOption => ({
    text: plain(foreignPlain(text, LIMITS.option), LIMITS.option),
    value,
  });
  const every = option(ALL, 'All apps');
  const options = [every, ...apps.slice(0, LIMITS.options - 1).map(({ id, name }) => option(id, name))];
  const initial = options.find(({ value }) => value === chosen) ?? every;
  const menu = { type: 'static_select' as const, action_id: ACTIONS.homeApp, options, initial_option: initial };
  return [{ type: 'actions', elements: [menu] }];
}

/** The app chosen in the menu; null for all of them. */
export function readApp(value: string): string | null {
  return value === ALL ? null : value;
}

function tileBlock(tile: Tile): Block {
  const text = `${SYMBOLS[tile.tone]} ${bold(foreign(tile.title))}: ${foreign(tile.value)}\n${foreign(tile.detail)}`;
  const open =
    tile.reportId === null
      ? button({ actionId: ACTIONS.showRequests, text: 'Open', value: 'home', label: 'Open the requests' })
      : button({ actionId: ACTIONS.openReport, text: 'Open', value: tile.reportId, label: `Open the report on ${tile.title}` });
  return sectionWith(text, open);
}

function activityLine(activity: Activity): string {
  const when = momentToken(activity.at);
  if ('session' in activity) return `• ${foreign(unstopped(describeSession(activity.session)), 200)}, ${when}`;
  const { request } = activity;
  const { symbol, words } = statusLine(request);
  return `• ${symbol} ${foreign(unstopped(request.sentence), 150)}: ${words} ${when}`;
}

function unstopped(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

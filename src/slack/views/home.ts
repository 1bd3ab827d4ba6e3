import type { ActionRequest } from '../../domain/action-request.ts';
import type { Cockpit } from '../../domain/cockpit.ts';
import type { Instant } from '../../domain/time.ts';
import type { LookupResult } from '../../reply.ts';
import { ACTIONS } from '../ids.ts';
import { actions, type Block, button, divider, type HomeView, header, sections } from './blocks.ts';
import { cockpitBlocks } from './cockpit.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { lookupSurface } from './lookup.ts';
import { requestBlocks } from './requests.ts';
import { foreign, foreignLines } from './text.ts';

const ROWS_SHOWN = 15;

export interface HomeContent {
  /** One's own seats, or why they cannot be shown. */
  readonly lookup: LookupResult | { readonly problem: string; readonly hint: string | null };
  readonly waiting: readonly ActionRequest[];
  readonly mine: readonly ActionRequest[];
  readonly now: Instant;
  /** For those who run it or decide; null for everybody else. */
  readonly cockpit?: Cockpit | null;
}

export function homeView(content: HomeContent): HomeView {
  const { lookup } = content;
  const seats =
    'problem' in lookup
      ? [
          header('Your licences'),
          ...sections([`:warning: ${foreignLines(lookup.problem)}`, ...(lookup.hint === null ? [] : [foreign(lookup.hint)])]),
        ]
      : lookupSurface(lookup, ROWS_SHOWN);
  const blocks: Block[] = [
    actions([
      button({ actionId: ACTIONS.open, text: 'Look somebody up', value: 'home' }),
      button({ actionId: ACTIONS.refreshHome, text: 'Refresh', value: 'home' }),
    ]),
    ...(content.cockpit == null ? [] : [...cockpitBlocks(content.cockpit), divider]),
    ...seats,
    divider,
    ...requestBlocks(content.waiting, content.mine, content.now),
  ];
  return { type: 'home', blocks: fitBlocks(blocks, LIMITS.viewBlocks) };
}

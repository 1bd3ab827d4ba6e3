import type { types } from '@slack/bolt';
import type { Scalar, Seat } from '../../domain/seat.ts';
import type { InputInfo, PresetInfo } from '../../ports/connector.ts';
import { groupFree } from '../../services/list-free-seats.ts';
import { count } from '../../words.ts';
import { readJson } from '../ids.ts';
import { type Block, context, plain } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { foreignPlain } from './text.ts';

export const POOL_ID = 'pool';

/** Some 150 bytes each, so that the window stays below Slack's 250 KB (`view_too_large`). */
const ENTRIES_MAX = 1_000;

/** Which inputs of a preset name the product, the team and one exact seat. */
export interface PoolInputs {
  readonly product: InputInfo | null;
  readonly team: InputInfo | null;
  readonly seat: InputInfo | null;
}

export function poolInputs(preset: PresetInfo): PoolInputs {
  const named = (pattern: RegExp): InputInfo | null => preset.inputs.find((input) => pattern.test(input.name)) ?? null;
  return { product: named(/product/i), team: named(/team/i), seat: named(/licen[cs]e_?id$/i) };
}

/** Inputs that the menu of free seats stands for, so that they are not asked twice. */
export function coveredByPool(preset: PresetInfo): readonly string[] {
  const { product, team } = poolInputs(preset);
  return [product, team].flatMap((input) => (input === null ? [] : [input.name]));
}

/** The menu `IntelliJ IDEA Ultimate - Platform (3 free)`, one entry per product and team. */
export function poolBlocks(preset: PresetInfo, pool: readonly Seat[], prefill: Readonly<Record<string, Scalar>>): Block[] {
  const inputs = poolInputs(preset);
  const entries = groupFree('', pool)
    .map((group) => {
      const team = group.team === null ? '' : ` - ${group.team.name}`;
      return {
        product: group.product.code,
        team: group.team?.id ?? null,
        option: {
          text: plain(`${foreignPlain(`${group.product.name}${team}`, 60)} (${group.free} free)`, LIMITS.option),
          value: JSON.stringify([group.product.code, group.team?.id ?? null]),
        },
      };
    })
    .filter((entry) => entry.option.value.length <= LIMITS.option);
  const shown = entries.slice(0, ENTRIES_MAX);
  if (shown.length === 0) return [];
  const wantedProduct = inputs.product === null ? null : (prefill[inputs.product.name] ?? null);
  const wantedTeam = inputs.team === null ? null : (prefill[inputs.team.name] ?? null);
  const fitting = shown.filter(
    (entry) => entry.product === wantedProduct && (wantedTeam === null || String(wantedTeam) === entry.team),
  );
  const [initial] = fitting.length === 1 || wantedTeam !== null ? fitting : [];
  const left = entries.length - shown.length;
  return [
    {
      type: 'input',
      block_id: POOL_ID,
      label: plain('What to give'),
      // With an exact licence the menu is not needed; the two are checked together when the form is sent.
      optional: inputs.seat !== null && !inputs.seat.hidden,
      element: {
        type: 'static_select',
        action_id: POOL_ID,
        placeholder: plain('Choose what is free'),
        ...grouped(shown.map((entry) => entry.option)),
        ...(initial === undefined ? {} : { initial_option: initial.option }),
      },
    },
    ...(left > 0 ? [context(`${count(left, 'more kind')} of free seats not shown: name one exact licence below.`)] : []),
  ];
}

function grouped(options: readonly types.PlainTextOption[]): Pick<types.StaticSelect, 'options' | 'option_groups'> {
  if (options.length <= LIMITS.options) return { options: [...options] };
  const groups: { label: types.PlainTextElement; options: types.PlainTextOption[] }[] = [];
  for (let start = 0; start < options.length; start += LIMITS.options) {
    const slice = options.slice(start, start + LIMITS.options);
    groups.push({ label: plain(`${start + 1}-${start + slice.length} of ${options.length}`, LIMITS.option), options: slice });
  }
  return { option_groups: groups };
}

/** The inputs a chosen entry of the menu stands for; null when nothing was chosen. */
export function readPool(preset: PresetInfo, chosen: string | undefined): Readonly<Record<string, Scalar>> | null {
  const parts = chosen === undefined ? null : readJson(chosen);
  if (!Array.isArray(parts)) return null;
  const [code, teamId] = parts as unknown[];
  if (typeof code !== 'string') return null;
  const { product, team } = poolInputs(preset);
  return {
    ...(product === null ? {} : { [product.name]: code }),
    ...(team === null || typeof teamId !== 'string' ? {} : { [team.name]: team.kind === 'number' ? Number(teamId) : teamId }),
  };
}

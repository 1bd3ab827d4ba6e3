import type { FreeSeatGroup } from '../../reply.ts';
import { count } from '../../words.ts';
import { context, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign } from './text.ts';

export function freeSeatsView(groups: readonly FreeSeatGroup[], problems: readonly string[]): MessageView {
  const total = groups.reduce((sum, group) => sum + group.free, 0);
  const words = total === 0 ? 'No seat is free.' : `${count(total, 'seat')} can be assigned now.`;
  const lines = groups.map((group) => {
    const team = group.team === null ? '' : `  ·  team ${foreign(group.team.name, 80)}`;
    return `• ${bold(foreign(group.product.name, 120))} \`${foreign(group.product.code, 40)}\`: ${group.free} free  ·  ${foreign(group.connectorName, 60)}${team}`;
  });
  const blocks = [
    header('Free seats'),
    ...sections([words, ...lines]),
    ...(problems.length === 0 ? [] : sections(problems.map((problem) => `:warning: ${foreign(problem, 500)}`))),
    ...(total === 0 ? [] : [context('Give one away with `/licenses assign cara@example.com` and the product.')]),
  ];
  return message([words, ...problems.map((problem) => foreign(problem))].join(' '), fitBlocks(blocks, LIMITS.messageBlocks));
}

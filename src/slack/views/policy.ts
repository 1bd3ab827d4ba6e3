import type { PolicyExplanation } from '../../reply.ts';
import { explanationLines } from '../../words.ts';
import { type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign } from './text.ts';

/** Which policy would decide on each thing, why, and who would be asked. */
export function policyView(explanations: readonly PolicyExplanation[]): MessageView {
  const blocks = explanations.flatMap((explanation) => {
    const [head = '', ...lines] = explanationLines(explanation);
    return sections([bold(foreign(head)), ...lines.map((line) => `• ${foreign(line, 600)}`)]);
  });
  return message(
    foreign(explanationLines(explanations[0] as PolicyExplanation).join(' '), 1_000),
    fitBlocks(blocks, LIMITS.messageBlocks),
  );
}

import type { PresetInfo } from '../../ports/connector.ts';
import { type Block, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign } from './text.ts';

const EFFECTS = { read: 'reads', write: 'changes', destructive: ':warning: takes away' } as const;

export function presetsView(
  integrations: readonly { readonly id: string; readonly name: string; readonly presets: readonly PresetInfo[] }[],
): MessageView {
  if (integrations.length === 0)
    return message(
      'No app is connected yet. `/licenses setup` says what is missing.',
      sections(['No app is connected yet. `/licenses setup` says what is missing.']),
    );
  const blocks = integrations.flatMap((integration): Block[] => [
    header(integration.name),
    ...sections(
      integration.presets.map(
        (preset) =>
          `• ${bold(foreign(preset.title, 120))} \`${foreign(preset.id, 120)}\`  ·  ${EFFECTS[preset.effect]}  ·  ${foreign(preset.description, 400)}`,
      ),
    ),
  ]);
  return message(
    `What each app can do: ${integrations.map((each) => foreign(each.name, 60)).join(', ')}`,
    fitBlocks(blocks, LIMITS.messageBlocks),
  );
}

import type { World } from '../ports/world.ts';

/** Says it in the channel of the approvals, in the background; the switch holds whether or not anybody can be told. */
export function announceFreeze(world: World, words: string): void {
  const { channel } = world.settings().approvals;
  if (channel === null) return;
  world.background.run('announce', async () => {
    await world.notifier.announce(channel, words);
  });
}

import { defineCommand } from '../src/command.ts';

export default defineCommand({
  name: 'help',
  summary: 'Show what you can type.',
  usage: 'help [subcommand]',
  examples: ['help', 'help revoke'],
  right: null,
  run: async (text, { commands }) => {
    const wanted = text.toLowerCase();
    const fitting = commands.filter((command) => command.name === wanted);
    const shown = fitting.length > 0 ? fitting : commands;
    const intro =
      wanted !== '' && fitting.length === 0
        ? `There is no subcommand “${text}”. These exist:`
        : 'Seatwarden shows who holds which licence, and changes it once somebody else agrees.';
    return { kind: 'help', intro, entries: shown.map(({ usage, summary, examples }) => ({ usage, summary, examples })) };
  },
});

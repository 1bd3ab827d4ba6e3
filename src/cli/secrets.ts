import { readSetup } from '../setup.ts';
import { usageFailure } from './failure.ts';
import { done, type LocalVerb } from './verb.ts';

export const secrets: LocalVerb = {
  kind: 'local',
  name: 'secrets',
  usage: 'secrets set <name> | list | remove <name>',
  summary: 'Keeps secrets encrypted in the data directory; the value comes from standard input.',
  options: {},
  words: [1, 2],
  async run(host, { positionals: [verb = '', name] }) {
    const usage = `Usage: seatwarden ${secrets.usage}`;
    if (verb === 'list' && name === undefined) {
      const names = await (await readSetup(host)).secrets.list();
      return done(names.length === 0 ? 'No secrets are stored.' : names.join('\n'), { names });
    }
    if (verb !== 'set' && verb !== 'remove')
      return usageFailure(`secrets cannot "${[verb, ...(name === undefined ? [] : [name])].join(' ')}".`, usage);
    if (name === undefined) return usageFailure(`secrets ${verb}: the name is missing.`, usage);
    const setup = await readSetup(host);
    if (verb === 'remove') {
      const was = await setup.secrets.remove(name);
      return was ? done(`Removed ${name}.`, { name }) : usageFailure(`There is no secret "${name}".`);
    }
    if (host.isTerminal) host.note(`Type the value of ${name}, then Enter and Ctrl+D. It will be visible while you type.`);
    await setup.secrets.set(name, await host.readInput());
    return done(`Stored. Use it in the configuration as secret:${name}.`, { name });
  },
};

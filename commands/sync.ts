import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { cancelSync } from '../src/services/cancel-sync.ts';
import { findSync } from '../src/services/find-sync.ts';
import { launchIntegration } from '../src/services/launch-integration.ts';
import { listSessions } from '../src/services/list-sessions.ts';
import { previewFilter } from '../src/services/preview-filter.ts';
import { proposeMapping } from '../src/services/propose-mapping.ts';
import { startSync } from '../src/services/start-sync.ts';

const DO = ['test', 'launch', 'mapping', 'filter', 'cancel'] as const;

export default defineCommand({
  name: 'sync',
  summary: 'Load everybody and everything of an integration now; a test writes nothing and shows what would change.',
  usage: 'sync [integration] [test [records]|launch|mapping|filter <condition>|cancel]',
  examples: [
    'sync jetbrains',
    'sync jetbrains test',
    'sync jetbrains test 100',
    'sync jetbrains launch',
    'sync jetbrains mapping',
  ],
  right: 'admin',
  async run(text, { world, caller }) {
    const [first = '', ...others] = text.split(' ');
    // With one integration its name can be left out.
    const named = !DO.some((word) => word === first.toLowerCase());
    const integration = named ? first : '';
    const [what = '', ...rest] = named ? others : [first, ...others];
    switch (what.toLowerCase()) {
      case '':
      case 'test': {
        const test = what !== '';
        const limit = test ? readLimit(rest[0]) : null;
        const started = await startSync(world, caller, { integration, test, limit });
        return { kind: 'sync-started', sessionId: started.sessionId, name: started.name, test };
      }
      case 'launch': {
        const plan = await launchIntegration(world, caller, integration);
        const { cron, timezone } = plan.schedule;
        return {
          kind: 'message',
          text: `${plan.name} is live: it syncs on its schedule \`${cron}\` (${timezone}).`,
          hint: `\`/licenses sync ${plan.integrationId}\` runs it now.`,
        };
      }
      case 'mapping':
        return { kind: 'mapping', report: await proposeMapping(world, caller, integration) };
      case 'filter':
        return { kind: 'filter', preview: await previewFilter(world, caller, integration, rest.join(' ')) };
      case 'cancel': {
        const plan = findSync(world, integration);
        const running = (await listSessions(world, plan.integrationId)).find((session) => session.state === 'running');
        if (running === undefined) return { kind: 'message', text: `No sync of ${plan.name} is running.` };
        await cancelSync(world, caller, running.id);
        return { kind: 'message', text: `Session ${running.id} stops before its next page; nothing of it is written.` };
      }
      default:
        throw new UsageError('usage.sync', `“${what}” is nothing a sync can do.`, {
          hint: `After the integration: ${DO.map((word) => `\`${word}\``).join(', ')}, or nothing to run it.`,
        });
    }
  },
});

function readLimit(text: string | undefined): number | null {
  if (text === undefined || text === 'all') return null;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new UsageError('usage.limit', `“${text}” is not a number of records.`, {
    hint: 'For example `sync jetbrains test 100`.',
  });
}

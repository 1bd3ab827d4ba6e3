import type { CommandDefinition } from '../command.ts';
import type { Log } from '../ports/log.ts';
import type { World } from '../ports/world.ts';
import type { SetupReport } from '../reply.ts';
import type { SlackWebClient } from './slack-client.ts';

/** What the handlers of the Slack room share. */
export interface Room {
  readonly client: SlackWebClient;
  readonly world: World;
  readonly log: Log;
  readonly commands: readonly CommandDefinition[];
  /** What Slack itself lacks for the bot to work: scopes, channels. */
  checkSlack(): Promise<SetupReport['slack']>;
}

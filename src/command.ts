import type { Right } from './domain/access.ts';
import type { Member, PersonRef } from './domain/person.ts';
import type { World } from './ports/world.ts';
import type { Reply } from './reply.ts';

/** Who speaks, and from where. `member` is null only for somebody Slack does not know (a terminal without Slack). */
export interface Caller {
  readonly person: PersonRef;
  readonly member: Member | null;
  readonly via: 'slack' | 'cli' | 'job';
}

export interface CommandContext {
  readonly caller: Caller;
  readonly world: World;
  /** All commands in help order, for the help itself. */
  readonly commands: readonly CommandDefinition[];
}

export interface CommandDefinition {
  /** The subcommand's first word. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** What follows `/licenses`, for example `revoke <person|licence id>`. */
  readonly usage: string;
  readonly examples: readonly string[];
  /** What one must be allowed to use it at all; null for everybody (each service checks again what it does). */
  readonly right: Right | null;
  /** `text` is what follows the command's name, as typed. Throws SeatwardenError with words for the person. */
  run(text: string, context: CommandContext): Promise<Reply>;
}

/** Identity, for inference and so that a command reads as a value. */
export function defineCommand(definition: CommandDefinition): CommandDefinition {
  return definition;
}

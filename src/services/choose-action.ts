import type { Caller, CommandContext } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { PersonRef } from '../domain/person.ts';
import { type Holding, holderEmail, holdingName } from '../domain/seat.ts';
import type { ActionOffer, Connector, Verb } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import type { Reply } from '../reply.ts';
import { holdingTarget, lookupPerson } from './lookup-person.ts';
import { resolvePerson } from './resolve-person.ts';
import { withDeadline } from './with-deadline.ts';

interface Candidate {
  readonly connector: { readonly id: string; readonly name: string };
  readonly holding: Holding;
  readonly offer: ActionOffer;
}

const READ_DEADLINE_MS = 10_000;

/** Turns a name into one person, or into a reply that asks which. `command` gets the chosen e-mail in place of `{}`. */
export async function personOr(
  world: World,
  text: string,
  command: string,
): Promise<{ readonly person: PersonRef } | { readonly reply: Reply }> {
  const choice = await resolvePerson(world, text);
  switch (choice.kind) {
    case 'one':
      return { person: choice.person };
    case 'none':
      return { reply: { kind: 'message', text: choice.text, hint: 'Try an e-mail address or an @mention.' } };
    case 'several':
      return {
        reply: {
          kind: 'choose',
          text: `${choice.members.length} people fit “${text.trim()}”. Whom do you mean?`,
          command,
          options: choice.members.map((member) => ({
            title: member.name,
            detail: member.email ?? 'no e-mail',
            value: member.email ?? `<@${member.userId}>`,
          })),
        },
      };
  }
}

/**
 * The form for acting on one of a person's seats or accounts: straight away when one fits, a choice when several do, and
 * the reasons when none does.
 */
export async function chooseHolding(context: CommandContext, verb: Verb, text: string): Promise<Reply> {
  const { world, caller } = context;
  if (text === '') throw new UsageError('usage.person', `Say whose: for example \`/licenses ${verb} cara@example.com\`.`);
  const exact = await byVendorId(world, caller, verb, text);
  if (exact !== null) return exact;
  const who = await personOr(world, text, `${verb} {}`);
  if ('reply' in who) return who.reply;
  const found = await lookupPerson(world, caller, who.person);
  const candidates: Candidate[] = found.sections.flatMap((section) =>
    section.ok
      ? section.rows.flatMap((row) =>
          row.offers
            .filter((offer) => offer.preset.verb === verb)
            .map((offer) => ({ connector: { id: section.integrationId, name: section.name }, holding: row.holding, offer })),
        )
      : [],
  );
  const silent = found.sections.flatMap((section) => (section.ok ? [] : [section.message]));
  return fromCandidates(candidates, verb, who.person.name, silent);
}

/** `K7Q2MZ41XA` or `jetbrains/K7Q2MZ41XA`: a seat or account by the vendor's own id. */
async function byVendorId(world: World, caller: Caller, verb: Verb, text: string): Promise<Reply | null> {
  const match = /^(?:([a-z][a-z0-9-]*)\/)?([A-Za-z0-9]{6,40})$/.exec(text);
  const id = match?.[2];
  if (match === null || id === undefined || (match[1] === undefined && !/\d|^[A-Z]+$/.test(id))) return null;
  const connectors = world.connectors.all().filter((connector) => match[1] === undefined || connector.id === match[1]);
  const found = await Promise.all(connectors.map((connector) => candidateById(world, caller, connector, verb, id)));
  const candidates = found.flat();
  if (candidates.length > 0) return fromCandidates(candidates, verb, null, []);
  return match[1] === undefined
    ? null
    : { kind: 'message', text: `${match[1]} has nothing with the id ${id}.`, hint: 'Look the person up to see the ids.' };
}

async function candidateById(
  world: World,
  caller: Caller,
  connector: Connector,
  verb: Verb,
  id: string,
): Promise<readonly Candidate[]> {
  const kinds = new Set([...connector.presets.values()].filter((preset) => preset.verb === verb).map((preset) => preset.target));
  const reads = [...kinds]
    .filter((kind) => kind === 'seat' || kind === 'account')
    .map((kind) =>
      withDeadline(connector.name, READ_DEADLINE_MS, (signal) =>
        connector.target({ integrationId: connector.id, kind, id }, signal),
      ).catch((cause: unknown) => {
        world.log.info('choose.read-failed', { integration: connector.id, cause, caller: caller.person.userId });
        return null;
      }),
    );
  return (await Promise.all(reads)).flatMap((target) => {
    const holding = target?.seat ?? target?.account ?? null;
    if (target === null || holding === null) return [];
    return connector
      .offers(target, world.clock.now())
      .filter((offer) => offer.preset.verb === verb)
      .map((offer) => ({ connector: { id: connector.id, name: connector.name }, holding, offer }));
  });
}

function fromCandidates(candidates: readonly Candidate[], verb: Verb, who: string | null, silent: readonly string[]): Reply {
  const fitting = candidates.filter((candidate) => candidate.offer.available);
  const [only, second] = fitting;
  if (only !== undefined && second === undefined && silent.length === 0) {
    return {
      kind: 'form',
      opening: { presetId: only.offer.preset.id, target: holdingTarget(only.holding, null).ref, given: {} },
    };
  }
  if (only !== undefined) {
    return {
      kind: 'choose',
      text: [second === undefined ? 'One fits.' : `Which one? ${fitting.length} fit.`, ...silent].join(' '),
      command: `${verb} {}`,
      options: fitting.map(({ connector, holding }) => ({
        title: `${connector.name}: ${holdingName(holding)}`,
        detail: [holding.externalId, holderEmail(holding)].filter((part) => part !== null).join(' · '),
        value: `${connector.id}/${holding.externalId}`,
      })),
    };
  }
  const reasons = candidates.flatMap(({ holding, offer }) =>
    offer.available ? [] : [`${holdingName(holding)}: ${offer.because}`],
  );
  if (who === null) return { kind: 'message', text: `That cannot be done now. ${reasons.join(' ')}` };
  const text =
    reasons.length === 0
      ? `There is nothing of ${who} to ${verb}.`
      : `Nothing of ${who} can be acted on now. ${reasons.join(' ')}`;
  return { kind: 'message', text: [text, ...silent].join(' '), hint: `See everything with \`/licenses ${who}\`.` };
}

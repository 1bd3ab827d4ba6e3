import { isEmail, normaliseEmail, refOf } from '../domain/person.ts';
import type { World } from '../ports/world.ts';
import type { PersonChoice } from '../reply.ts';
import { peopleNamed } from './synced-people.ts';

/**
 * Who is meant by what somebody typed: an e-mail, Slack's `<mailto:…|…>`, a mention `<@U…>`, `@handle`, or a name. A name
 * that fits several people gives all of them; nobody is ever guessed.
 */
export async function resolvePerson(world: World, text: string): Promise<PersonChoice> {
  const typed = text.trim();
  const mention = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(typed)?.[1];
  if (mention !== undefined) return byUserId(world, mention);
  const email = /^<mailto:([^|>]+)(?:\|[^>]*)?>$/.exec(typed)?.[1] ?? typed;
  if (isEmail(email)) return byEmail(world, normaliseEmail(email));
  const name = typed.replace(/^@/, '').trim();
  if (name === '') return { kind: 'none', text: 'Say whom you mean: an e-mail, an @mention or a name.' };
  const members = await world.directory.search(name);
  const [first, second] = members;
  if (first === undefined) return bySync(world, name);
  if (second === undefined) return { kind: 'one', person: refOf(first), member: first };
  return { kind: 'several', members };
}

async function byUserId(world: World, userId: string): Promise<PersonChoice> {
  const member = await world.directory.byId(userId);
  if (member === null) return { kind: 'none', text: 'Slack does not know that person.' };
  if (member.email === null)
    return { kind: 'none', text: `Slack does not tell the e-mail of ${member.name}; look them up by e-mail instead.` };
  return { kind: 'one', person: refOf(member), member };
}

/** Somebody without a Slack account can still hold licences, so an e-mail alone is enough. */
async function byEmail(world: World, email: string): Promise<PersonChoice> {
  const member = await world.directory.byEmail(email).catch((cause: unknown) => {
    world.log.warn('lookup.directory-failed', { cause });
    return null;
  });
  if (member === null) return { kind: 'one', person: { userId: null, email, name: email }, member: null };
  return { kind: 'one', person: { ...refOf(member), email }, member };
}

/** Somebody the chat does not know may be known to a vendor. */
async function bySync(world: World, name: string): Promise<PersonChoice> {
  const people = await peopleNamed(world, name);
  const [first, second] = people;
  if (first === undefined)
    return { kind: 'none', text: `Nobody in this workspace is called “${name}”, and no synced app knows the name.` };
  if (second === undefined) return { kind: 'one', person: first, member: null };
  return { kind: 'several', members: people };
}

import { asList, asText, asWire } from '../wire.ts';
import { scopeOfEvent } from './events.ts';

const NAME = 35;
const DESCRIPTION = 140;
const LONG_DESCRIPTION = [174, 4_000] as const;
const BOT_NAME = 80;
const COMMAND = 32;
const COMMANDS = 50;
const SHORTCUTS = 10;
const SHORTCUT_DESCRIPTION = 150;
const EVENTS = 100;
const STEPS = 100;

/** Every way in which a manifest breaks the limits of https://docs.slack.dev/reference/app-manifest; empty when it is fine. */
export function manifestProblems(manifest: unknown): readonly string[] {
  const problems: string[] = [];
  const root = asWire(manifest);
  const longest = (value: unknown, max: number, place: string): void => {
    const length = asText(value)?.length ?? 0;
    if (length > max) problems.push(`${place} has ${length} characters, ${max} are allowed`);
  };
  const most = (value: unknown, max: number, place: string): void => {
    if (asList(value).length > max) problems.push(`${place} has ${asList(value).length} entries, ${max} are allowed`);
  };
  const display = asWire(root['display_information']);
  if ((asText(display['name']) ?? '') === '') problems.push('display_information.name is missing');
  longest(display['name'], NAME, 'display_information.name');
  longest(display['description'], DESCRIPTION, 'display_information.description');
  const long = asText(display['long_description']);
  if (long !== undefined && (long.length < LONG_DESCRIPTION[0] || long.length > LONG_DESCRIPTION[1]))
    problems.push(`display_information.long_description needs ${LONG_DESCRIPTION[0]} to ${LONG_DESCRIPTION[1]} characters`);
  const features = asWire(root['features']);
  longest(asWire(features['bot_user'])['display_name'], BOT_NAME, 'features.bot_user.display_name');
  most(features['slash_commands'], COMMANDS, 'features.slash_commands');
  const scopes = new Set(asList(asWire(asWire(root['oauth_config'])['scopes'])['bot']));
  const commands = asList(features['slash_commands']).map(asWire);
  const shortcuts = asList(features['shortcuts']).map(asWire);
  if (commands.length + shortcuts.length > 0 && !scopes.has('commands'))
    problems.push('commands and shortcuts need the scope commands');
  for (const command of commands) {
    const name = asText(command['command']) ?? '';
    if (!/^\/[\w-]+$/.test(name)) problems.push(`"${name}" is no name of a command`);
    longest(name, COMMAND, `the command ${name}`);
    if ((asText(command['description']) ?? '') === '') problems.push(`the command ${name} has no description`);
  }
  most(features['shortcuts'], SHORTCUTS, 'features.shortcuts');
  for (const shortcut of shortcuts)
    longest(shortcut['description'], SHORTCUT_DESCRIPTION, `the shortcut ${String(shortcut['name'])}`);
  const settings = asWire(root['settings']);
  const events = asList(asWire(settings['event_subscriptions'])['bot_events']).map(String);
  most(events, EVENTS, 'settings.event_subscriptions.bot_events');
  for (const event of events) {
    const scope = scopeOfEvent(event);
    if (scope !== null && !scopes.has(scope)) problems.push(`the event ${event} needs the scope ${scope}`);
  }
  const steps = Object.keys(asWire(root['functions']));
  if (steps.length > STEPS) problems.push(`functions has ${steps.length} entries, ${STEPS} are allowed`);
  for (const step of steps.filter((name) => !/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)))
    problems.push(`the function ${step} is not in snake_case`);
  if (steps.length > 0) {
    if (settings['org_deploy_enabled'] !== true) problems.push('functions need settings.org_deploy_enabled: true');
    if (settings['function_runtime'] !== 'remote') problems.push('functions need settings.function_runtime: remote');
    if (!events.includes('function_executed')) problems.push('functions need the event function_executed');
  }
  return problems;
}

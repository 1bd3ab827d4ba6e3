import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';

export interface SlashCommand {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  readonly shouldEscape: boolean;
}

export interface Shortcut {
  readonly kind: 'global' | 'message';
  readonly name: string;
  readonly callbackId: string;
}

export interface StepParameter {
  readonly name: string;
  readonly title: string;
  readonly type: string;
  readonly isRequired: boolean;
}

/** A custom step for Workflow Builder, a function in the manifest's words. */
export interface Step {
  readonly callbackId: string;
  readonly title: string;
  readonly description: string;
  readonly inputs: readonly StepParameter[];
  readonly outputs: readonly StepParameter[];
}

/** The parts of an app manifest that decide what Slack lets the app do (https://docs.slack.dev/reference/app-manifest). */
export interface Manifest {
  readonly appName: string;
  /** Null: everything is granted. */
  readonly scopes: ReadonlySet<string> | null;
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly Shortcut[];
  readonly events: ReadonlySet<string>;
  readonly steps: readonly Step[];
  readonly homeTab: boolean;
  readonly messagesTab: boolean;
  readonly interactivity: boolean;
}

/** Reads a manifest; without one, `/licenses` exists and every scope and event is granted. */
export function readManifest(manifest: unknown): Manifest {
  if (manifest === undefined) {
    const command = { command: '/licenses', description: 'Licences', usageHint: '', shouldEscape: true };
    return {
      appName: 'Seatwarden',
      scopes: null,
      commands: [command],
      shortcuts: [],
      events: new Set(['app_home_opened']),
      steps: [],
      homeTab: true,
      messagesTab: true,
      interactivity: true,
    };
  }
  const features = asWire(asWire(manifest)['features']);
  const settings = asWire(asWire(manifest)['settings']);
  const scopes = asWire(asWire(asWire(manifest)['oauth_config'])['scopes']);
  const home = asWire(features['app_home']);
  return {
    appName: asText(asWire(features['bot_user'])['display_name']) ?? 'App',
    scopes: new Set(texts(scopes['bot'])),
    commands: asList(features['slash_commands'])
      .map(asWire)
      .map((entry) => ({
        command: asText(entry['command']) ?? '',
        description: asText(entry['description']) ?? '',
        usageHint: asText(entry['usage_hint']) ?? '',
        shouldEscape: entry['should_escape'] === true,
      })),
    shortcuts: asList(features['shortcuts'])
      .map(asWire)
      .map((entry) => ({
        kind: entry['type'] === 'message' ? 'message' : 'global',
        name: asText(entry['name']) ?? '',
        callbackId: asText(entry['callback_id']) ?? '',
      })),
    events: new Set(texts(asWire(settings['event_subscriptions'])['bot_events'])),
    steps: Object.entries(asWire(asWire(manifest)['functions'])).map(([callbackId, entry]) =>
      readStep(callbackId, asWire(entry)),
    ),
    homeTab: home['home_tab_enabled'] === true,
    messagesTab: home['messages_tab_enabled'] !== false,
    interactivity: asWire(settings['interactivity'])['is_enabled'] === true,
  };
}

function readStep(callbackId: string, entry: Wire): Step {
  return {
    callbackId,
    title: asText(entry['title']) ?? callbackId,
    description: asText(entry['description']) ?? '',
    inputs: readParameters(entry['input_parameters']),
    outputs: readParameters(entry['output_parameters']),
  };
}

/** Version 1 of the manifest names parameters directly, version 2 below `properties` with a list of required ones. */
function readParameters(value: unknown): readonly StepParameter[] {
  const nested = isWire(asWire(value)['properties']);
  const all = nested ? asWire(asWire(value)['properties']) : asWire(value);
  const required = new Set(texts(nested ? asWire(value)['required'] : []));
  return Object.entries(all).map(([name, entry]) => ({
    name,
    title: asText(asWire(entry)['title']) ?? name,
    type: asText(asWire(entry)['type']) ?? 'string',
    isRequired: required.has(name) || asWire(entry)['is_required'] === true,
  }));
}

function texts(value: unknown): string[] {
  return asList(value).flatMap((item) => asText(item) ?? []);
}

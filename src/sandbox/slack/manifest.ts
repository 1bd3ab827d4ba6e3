import { asList, asText, asWire } from '../wire.ts';

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

/** The parts of an app manifest that decide what Slack lets the app do (https://docs.slack.dev/reference/app-manifest). */
export interface Manifest {
  readonly appName: string;
  /** Null: everything is granted. */
  readonly scopes: ReadonlySet<string> | null;
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly Shortcut[];
  readonly events: ReadonlySet<string>;
}

/** Reads a manifest; without one, `/licenses` exists and every scope and event is granted. */
export function readManifest(manifest: unknown): Manifest {
  if (manifest === undefined) {
    const command = { command: '/licenses', description: 'Licences', usageHint: '', shouldEscape: true };
    return { appName: 'Seatwarden', scopes: null, commands: [command], shortcuts: [], events: new Set(['app_home_opened']) };
  }
  const features = asWire(asWire(manifest)['features']);
  const settings = asWire(asWire(manifest)['settings']);
  const scopes = asWire(asWire(asWire(manifest)['oauth_config'])['scopes']);
  const texts = (value: unknown): string[] => asList(value).flatMap((item) => asText(item) ?? []);
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
  };
}

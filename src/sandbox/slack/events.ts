/** The scope without which Slack does not send an event (https://docs.slack.dev/reference/events). */
const SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  file_shared: 'files:read',
  'message.channels': 'channels:history',
  'message.groups': 'groups:history',
  'message.im': 'im:history',
  member_joined_channel: 'channels:read',
  pin_added: 'pins:read',
  pin_removed: 'pins:read',
  reaction_added: 'reactions:read',
  reaction_removed: 'reactions:read',
  team_join: 'users:read',
  user_change: 'users:read',
};

/** Null for events that need none. */
export function scopeOfEvent(subscription: string): string | null {
  return SCOPES[subscription] ?? null;
}

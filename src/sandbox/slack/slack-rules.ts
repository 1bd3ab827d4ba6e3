/** What the local Slack does about a rule of Slack's: refuses as Slack does, only notes it down, or does not know it. */
export type Treatment = 'enforced' | 'recorded' | 'not modelled';

export interface SlackRule {
  /** What the rule says, with its figures. */
  readonly title: string;
  readonly treatment: Treatment;
  /** The page of Slack's documentation that says so, below https://docs.slack.dev/. */
  readonly source: string;
}

const DOCS = 'https://docs.slack.dev/';
const BLOCKS = 'reference/block-kit/blocks';
const ELEMENTS = 'reference/block-kit/block-elements';
const OBJECTS = 'reference/block-kit/composition-objects';
const INTERACTION = 'interactivity/handling-user-interaction';
const COMMANDS = 'interactivity/implementing-slash-commands';
const EVENTS = 'apis/events-api';
const SOCKETS = 'apis/events-api/using-socket-mode';
const METHODS = 'reference/methods';
const WEB_API = 'apis/web-api';
const RATES = 'apis/web-api/rate-limits';
const VIEWS = 'reference/views';
const MANIFEST = 'reference/app-manifest';
const TEXT = 'messaging/formatting-message-text';
const FILES = 'messaging/working-with-files';

const enforced = (title: string, source: string): SlackRule => ({ title, treatment: 'enforced', source });
const recorded = (title: string, source: string): SlackRule => ({ title, treatment: 'recorded', source });
const unknown = (title: string, source: string): SlackRule => ({ title, treatment: 'not modelled', source });

/** Every rule of Slack's that the local Slack knows of, in the order of docs/sandbox.md, whose table says the same. */
export const RULES = {
  'blocks.count': enforced('50 blocks in a message, 100 in a modal or Home', BLOCKS),
  'blocks.type': enforced('only known block types', BLOCKS),
  'blocks.fields': enforced('only known fields, of the right type, and every required one', BLOCKS),
  'blocks.surface': enforced('some blocks only in messages, modals or Home', BLOCKS),
  'blocks.block-id': enforced('block_id up to 255 characters, once in a message or view', BLOCKS),
  'blocks.section': enforced('section: text 1 to 3,000, 10 fields of 2,000, text or fields', `${BLOCKS}/section-block`),
  'blocks.header': enforced('header: plain text up to 150, level 1 to 4', `${BLOCKS}/header-block`),
  'blocks.context': enforced('context: 1 to 10 elements', `${BLOCKS}/context-block`),
  'blocks.actions': enforced('actions: 1 to 25 elements, each action_id once', `${BLOCKS}/actions-block`),
  'blocks.input': enforced('input: label and hint up to 2,000', `${BLOCKS}/input-block`),
  'blocks.image': enforced('image: one source, alt_text required, both texts up to 2,000', `${BLOCKS}/image-block`),
  'blocks.rich-text': enforced('rich_text: only sections, lists, quotes and preformatted text', `${BLOCKS}/rich-text-block`),
  'blocks.table': enforced('table: one a message, 100 rows of 20 cells, 10,000 characters', `${BLOCKS}/table-block`),
  'blocks.data-table': enforced(
    'data_table: caption, header and 1 to 200 equal rows of 20 cells, header not rich_text, page_size 1 to 100, 20,000 characters a message',
    `${BLOCKS}/data-table-block`,
  ),
  'blocks.data-visualization': enforced(
    'data_visualization: 2 a message, title 50, pie of 12 segments above 0, 6 series of 1 to 20 points, one a category, labels and names 20, axis titles 50',
    `${BLOCKS}/data-visualization-block`,
  ),
  'blocks.card': enforced('card: something in it, title and subtitle 150, body 200, 3 buttons', `${BLOCKS}/card-block`),
  'blocks.carousel': enforced('carousel: 1 to 10 cards', `${BLOCKS}/carousel-block`),
  'blocks.container': enforced('container: a title up to 150, 1 to 10 plain child blocks', `${BLOCKS}/container-block`),
  'blocks.alert': enforced('alert: text up to 200 and a known level, modals only', `${BLOCKS}/alert-block`),
  'blocks.markdown': enforced('markdown: 12,000 characters over all of a message', `${BLOCKS}/markdown-block`),
  'blocks.video': enforced('video: title and description 200, author 50, the links:embed scope', `${BLOCKS}/video-block`),
  'blocks.file': enforced('file: only in messages that Slack itself made, never posted by an app', `${BLOCKS}/file-block`),
  'blocks.context-actions': enforced('context_actions: up to 5 feedback or icon buttons', `${BLOCKS}/context-actions-block`),
  'blocks.task-card': enforced('task_card and plan: known statuses, pending only inside a plan', `${BLOCKS}/task-card-block`),
  'elements.action-id': enforced('action_id up to 255 characters', ELEMENTS),
  'elements.button': enforced(
    'button: text 75, value 2,000, url 3,000, style primary or danger, never disabled',
    `${ELEMENTS}/button-element`,
  ),
  'elements.select': enforced('selects: 100 options or 100 groups, not both; placeholder 150', `${ELEMENTS}/select-menu-element`),
  'elements.overflow': enforced('overflow: 1 to 5 options', `${ELEMENTS}/overflow-menu-element`),
  'elements.choices': enforced('checkboxes and radio buttons: 1 to 10 options', `${ELEMENTS}/checkboxes-element`),
  'elements.dates': enforced('date, time and date-time pickers: a real date or time', `${ELEMENTS}/date-picker-element`),
  'elements.inputs': enforced('inputs: lengths up to 3,000, minimum below maximum', `${ELEMENTS}/plain-text-input-element`),
  'elements.image': enforced('image element: one source and alt_text up to 2,000', `${ELEMENTS}/image-element`),
  'elements.initial': enforced('what is chosen at first is one of the options, exactly as listed', ELEMENTS),
  'elements.focus': enforced('focus_on_load once in a view', ELEMENTS),
  'objects.text': enforced('text objects: not empty, the kind that the place asks for', `${OBJECTS}/text-object`),
  'objects.option': enforced('option: text, value and description 75; values differ', `${OBJECTS}/option-object`),
  'objects.confirm': enforced('confirm: title 100, text 300, buttons 30', `${OBJECTS}/confirmation-dialog-object`),

  'views.fields': enforced('title, submit and close 24, callback_id and external_id 255, private_metadata 3,000', VIEWS),
  'views.size': enforced('250 KB a view', `${METHODS}/views.open`),
  'views.submit': enforced('a modal with an input has a submit button', VIEWS),
  'views.stack': enforced('three views on top of each other', `${METHODS}/views.push`),
  'views.hash': enforced('hash_conflict when the view changed meanwhile', `${METHODS}/views.update`),
  'views.external-id': enforced('external_id is used once', `${METHODS}/views.open`),
  'views.trigger-life': enforced('a trigger_id lives three seconds', INTERACTION),
  'views.trigger-once': enforced('a trigger_id opens one view', INTERACTION),
  'views.response': enforced(
    'view_submission is answered with errors of inputs, update, push, clear or nothing',
    'surfaces/modals',
  ),

  'messages.no-text': enforced('a message has text, blocks or attachments', `${METHODS}/chat.postMessage`),
  'messages.fallback': recorded(
    'blocks come with a top-level text for notifications and screen readers',
    `${METHODS}/chat.postMessage`,
  ),
  'messages.text-long': recorded(
    'text over 4,000 characters is discouraged, over 40,000 it is cut',
    `${METHODS}/chat.postMessage`,
  ),
  'messages.update-long': enforced('chat.update refuses text over 4,000 characters (msg_too_long)', `${METHODS}/chat.update`),
  'messages.markdown-text': enforced('markdown_text up to 12,000, never with text or blocks', `${METHODS}/chat.postMessage`),
  'messages.attachments': enforced('100 attachments', `${METHODS}/chat.postMessage`),
  'messages.ephemeral-mix': enforced('chat.postEphemeral refuses attachments with blocks', `${METHODS}/chat.postEphemeral`),
  'messages.ephemeral-member': enforced(
    'chat.postEphemeral reaches members of the conversation only',
    `${METHODS}/chat.postEphemeral`,
  ),
  'messages.own': enforced("only the app's own messages are edited or deleted", `${METHODS}/chat.update`),
  'messages.ephemeral-edit': enforced('chat.update and chat.delete do not know ephemeral messages', `${METHODS}/chat.update`),
  'messages.edit-window': enforced('edits after the workspace’s window are refused', `${METHODS}/chat.update`),
  'messages.thread': enforced('thread_ts names a message of the conversation', 'messaging'),
  'messages.schedule': enforced(
    'scheduled at most 120 days ahead, 30 per channel in five minutes',
    `${METHODS}/chat.scheduleMessage`,
  ),
  'messages.schedule-metadata': recorded('a scheduled message with metadata is never posted', `${METHODS}/chat.scheduleMessage`),
  'messages.member': enforced('posting needs membership, or chat:write.public in public channels', `${METHODS}/chat.postMessage`),
  'mentions.ring': recorded('an unescaped <!channel>, <!here>, <@U…> or <!subteam^S…> notifies people', TEXT),

  'response-url.uses': enforced('a response_url takes five answers', INTERACTION),
  'response-url.life': enforced('a response_url lives 30 minutes', INTERACTION),
  'response-url.replace': recorded('an answer says whether it replaces the original', INTERACTION),
  'response-url.in-channel': recorded('an ephemeral message does not become visible to all by replacing it', INTERACTION),

  'ack.late': enforced('commands, actions, views and options are acknowledged within three seconds', INTERACTION),
  'ack.options': enforced(
    'a select is offered at most 100 options or groups, each within its limits',
    `${ELEMENTS}/select-menu-element`,
  ),
  'commands.manifest': enforced('only commands of the manifest reach the app', COMMANDS),
  'commands.thread': enforced('slash commands do not work in threads', COMMANDS),
  'commands.escape': enforced('text arrives escaped only with should_escape', COMMANDS),
  'shortcuts.manifest': enforced('only shortcuts of the manifest reach the app', 'interactivity/implementing-shortcuts'),
  'interactivity.enabled': enforced('interactions need interactivity switched on in the manifest', MANIFEST),
  'events.subscribed': enforced('only events of the manifest are sent', EVENTS),
  'events.scope': enforced('message and mention events need their scope', EVENTS),
  'events.message-changes': enforced('the app hears of its own posts, edits and deletions too', 'reference/events/message'),
  'events.retry': enforced('an event is repeated at once, after one and after five minutes, and told so', EVENTS),
  'events.no-retry': enforced('x-slack-no-retry stops the repeats', EVENTS),
  'events.delayed': unknown('hourly repeats for a day with Delayed Events', EVENTS),
  'events.disabled': unknown('the subscription is switched off above 95 % failures in an hour', EVENTS),
  'http.challenge': unknown('url_verification and ssl_check when an address is set', 'reference/events/url_verification'),
  'http.signature': enforced('requests are signed with the signing secret', 'authentication/verifying-requests-from-slack'),
  'sockets.connections': enforced('up to 10 connections, each payload goes to one of them', SOCKETS),
  'sockets.refresh': enforced('connections are renewed with a warning before', SOCKETS),
  'sockets.ticket': enforced('a WebSocket address works once', SOCKETS),
  'steps.once': enforced('a custom step ends once, with the outputs that it declares', `${METHODS}/functions.completeSuccess`),

  'api.token': enforced('a known token of the right kind', WEB_API),
  'api.scope': enforced('a scope of the manifest (missing_scope with needed and provided)', 'authentication/tokens'),
  'api.method': enforced('only methods that exist', METHODS),
  'api.arguments': enforced('required arguments, of the right form', WEB_API),
  'api.form-only': enforced('some methods read no JSON body', WEB_API),
  'api.charset': recorded('JSON names its charset, forms do not (missing_charset, superfluous_charset)', WEB_API),
  'api.cursor': enforced('cursors and limits up to 1,000', `${WEB_API}/pagination`),
  'api.page-size': recorded('200 items a page at most are advised', `${WEB_API}/pagination`),
  'api.rate': enforced('tiers 1 to 4: 1, 20, 50, 100 calls a minute and method, then 429 with Retry-After', RATES),
  'api.rate-post': enforced('one message a second and channel', RATES),
  'files.flow': enforced('a place, the bytes, the completion; as many bytes as announced', FILES),
  'files.download': enforced('a file’s address wants the token', FILES),
  'files.member': enforced('sharing a file needs membership', `${METHODS}/files.completeUploadExternal`),
  'files.delete': enforced("only the app's own files are deleted", `${METHODS}/files.delete`),
  'reactions.once': enforced('a reaction is added once and removed only when there', `${METHODS}/reactions.add`),
  'pins.once': enforced('a message is pinned once', `${METHODS}/pins.add`),
  'manifest.limits': recorded('name 35, description 140, command 32, 50 commands, 10 shortcuts, 100 events', MANIFEST),

  'workspace.connect': unknown('Slack Connect, Enterprise Grid, guests of one channel', 'enterprise'),
  'workspace.retention': unknown('retention, legal holds and discovery', 'admins'),
  'network.allow-list': unknown('allowed_ip_address_ranges', MANIFEST),
  'links.unfurl': unknown('links are not unfurled', 'messaging/unfurling-links-in-messages'),
  'oauth.install': unknown('installing, token rotation and revocation', 'authentication/installing-with-oauth'),
  'people.upload': unknown('people upload no files', FILES),
} as const satisfies Readonly<Record<string, SlackRule>>;

export type RuleId = keyof typeof RULES;

export function sourceOf(rule: RuleId): string {
  return `${DOCS}${RULES[rule].source}`;
}

import { asText, asWire, type Wire } from '../wire.ts';
import type { Dispatch } from './dispatch.ts';
import { type Entry, elementsOf, enteredState, type FoundElement, optionsOf } from './form.ts';
import { ImpossibleAct } from './impossible-act.ts';
import { messageEvent } from './methods/chat.ts';
import { ApiError } from './methods/method.ts';
import { ModalActs } from './modal-acts.ts';
import { type Message, SLACKBOT_ID, type SlackUser } from './model.ts';
import { channelObject, messageObject, viewObject } from './objects.ts';
import type { Passes } from './passes.ts';
import { Payloads } from './payloads.ts';
import type { ResponseUrls } from './response-urls.ts';
import { commandText } from './typed-text.ts';
import { offeredOptions } from './validate/elements.ts';
import { Report } from './validate/rules.ts';
import type { Workspace } from './workspace.ts';

/** Where an element is that somebody presses or fills in. */
export type Place =
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'view'; readonly viewId: string };

/** Everything a person can do in the client, turned into the payloads that Slack would send. */
export class PeopleActs {
  readonly #workspace: Workspace;
  readonly #dispatch: Dispatch;
  readonly #passes: Passes;
  readonly #responses: ResponseUrls;
  readonly #payloads: Payloads;
  readonly #modals: ModalActs;
  /** The options last suggested for an external select, by action id. */
  readonly #suggested = new Map<string, readonly Wire[]>();

  constructor(workspace: Workspace, dispatch: Dispatch, passes: Passes, responses: ResponseUrls) {
    this.#workspace = workspace;
    this.#dispatch = dispatch;
    this.#passes = passes;
    this.#responses = responses;
    this.#payloads = new Payloads(workspace, passes);
    this.#modals = new ModalActs(workspace, dispatch, this.#payloads);
  }

  /** Sends what was typed: a slash command goes to the app, anything else is a message, in a thread if one is named. */
  async say(userId: string, channelId: string, typed: string, threadTs: string | null = null): Promise<void> {
    const user = this.#user(userId);
    const channel = this.#conversation(userId, channelId);
    const text = typed.trim();
    if (text === '') return;
    const [word = ''] = text.split(/\s/, 1);
    const command = this.#workspace.options.manifest.commands.find((candidate) => candidate.command === word);
    if (command !== undefined && threadTs !== null) {
      this.#slackbot(userId, channelId, `\`${word}\` is not supported in threads. Sorry!`, threadTs);
      return;
    }
    if (command !== undefined) return this.#command(user, channel, command.command, text.slice(word.length).trim());
    if (word.startsWith('/')) {
      this.#slackbot(userId, channelId, `\`${word}\` is not a valid command.`);
      return;
    }
    const parent = threadTs === null ? null : this.#message(userId, channelId, threadTs);
    const escaped = commandText(text, this.#workspace, true);
    const thread = parent === null ? null : (parent.threadTs ?? parent.ts);
    const message = this.#workspace.post({ channel: channelId, user: userId, text: escaped, threadTs: thread });
    this.markRead(userId, channelId);
    await this.#announce(message);
  }

  /** Messages are told to the app only where it is a member. */
  async #announce(message: Message): Promise<void> {
    const conversation = this.#workspace.conversations.get(message.channel);
    const bot = this.#workspace.options.bot.id;
    if (conversation === undefined || !conversation.members.has(bot)) return;
    const subscription = messageEvent(conversation);
    const kinds = { 'message.im': 'im', 'message.groups': 'group', 'message.channels': 'channel' } as const;
    const event = {
      ...messageObject(this.#workspace, message),
      channel: message.channel,
      event_ts: message.ts,
      channel_type: kinds[subscription],
    };
    await this.#dispatch.event(subscription, event);
    if (message.text.includes(`<@${bot}`)) await this.#dispatch.event('app_mention', { ...event, type: 'app_mention' });
  }

  async #command(user: SlackUser, channel: Wire, command: string, typed: string): Promise<void> {
    const { options } = this.#workspace;
    const shouldEscape = options.manifest.commands.find((candidate) => candidate.command === command)?.shouldEscape ?? false;
    const channelId = asText(channel['id']) ?? '';
    const responseUrl = this.#passes.responseUrl(channelId, user.id, null);
    const ack = await this.#dispatch.send('slash_commands', `${command} ${typed}`.trim(), {
      token: 'sandbox',
      team_id: options.team.id,
      team_domain: options.team.domain,
      channel_id: channelId,
      channel_name: asText(channel['name']) ?? 'directmessage',
      user_id: user.id,
      user_name: user.handle,
      command,
      text: commandText(typed, this.#workspace, shouldEscape),
      api_app_id: options.appId,
      is_enterprise_install: 'false',
      response_url: responseUrl,
      trigger_id: this.#passes.trigger(user.id),
    });
    if (!ack.ok) {
      this.#slackbot(user.id, channelId, `\`${command}\` failed with the error "${ack.error}"`);
      return;
    }
    const pass = { channel: channelId, userId: user.id, original: null, madeAt: 0, uses: 0 };
    try {
      this.#responses.answerCommand(pass, ack.body);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.broken !== null) this.#workspace.breaks(error.broken.rule, command, error.broken.what);
      this.#slackbot(user.id, channelId, `\`${command}\` failed with the error "${error.code}"`);
    }
  }

  /**
   * Presses a button or puts something into an element. Inputs only remember it, unless they dispatch; everything else is
   * sent to the app.
   */
  async use(userId: string, place: Place, blockId: string, actionId: string, entry: Entry = null): Promise<void> {
    const user = this.#user(userId);
    const surface = this.#surface(userId, place);
    const found = elementsOf(surface.blocks).find((each) => each.blockId === blockId && each.actionId === actionId);
    if (found === undefined) throw new ImpossibleAct(`there is nothing called ${actionId} here`);
    const action = this.#enter(found, surface.values, entry);
    this.#workspace.changed();
    if (found.block['type'] === 'input' && found.block['dispatch_action'] !== true) return;
    if (!this.#interactive(userId, `block_actions ${actionId}`)) return;
    const ack = await this.#dispatch.send('interactive', `block_actions ${actionId}`, {
      type: 'block_actions',
      ...this.#payloads.envelope(user),
      trigger_id: this.#passes.trigger(userId),
      ...surface.source(),
      actions: [{ ...action, action_id: actionId, block_id: blockId, action_ts: this.#workspace.nextTs() }],
    });
    if (!ack.ok) this.#workspace.tell(userId, `That did not work: the app gave no answer (${ack.error}).`);
  }

  #interactive(userId: string, where: string): boolean {
    if (this.#workspace.options.manifest.interactivity) return true;
    this.#workspace.breaks('interactivity.enabled', where, 'the manifest does not switch interactivity on');
    this.#workspace.tell(userId, 'This app is not configured to handle interactive responses.');
    return false;
  }

  /** Remembers the entry as the element's state; answers what the payload's action says. */
  #enter(found: FoundElement, values: Record<string, Record<string, Wire>>, entry: Entry): Wire {
    const { element, blockId, actionId } = found;
    const type = asText(element['type']) ?? '';
    if (type === 'button' || type === 'workflow_button') {
      const value = element['value'] === undefined ? {} : { value: element['value'] };
      return { type, text: element['text'], ...value, ...(element['style'] ? { style: element['style'] } : {}) };
    }
    if (type === 'overflow') {
      const option = optionsOf(element).find((each) => each['value'] === entry || asWire(each['text'])['text'] === entry);
      if (option === undefined) throw new ImpossibleAct(`"${String(entry)}" is not in the menu`);
      return { type, selected_option: option };
    }
    const offered = type.includes('external') ? (this.#suggested.get(actionId) ?? []) : optionsOf(element);
    let state: Wire;
    try {
      state = enteredState(element, entry, offered);
    } catch (error) {
      throw new ImpossibleAct(error instanceof Error ? error.message : String(error));
    }
    values[blockId] = { ...values[blockId], [actionId]: state };
    return state;
  }

  /** Asks the app for the options of an external select, as the client does while somebody types. */
  async suggest(userId: string, place: Place, blockId: string, actionId: string, query: string): Promise<readonly Wire[]> {
    const user = this.#user(userId);
    const ack = await this.#dispatch.send('interactive', `block_suggestion ${actionId}`, {
      type: 'block_suggestion',
      ...this.#payloads.envelope(user),
      ...this.#surface(userId, place).source(),
      block_id: blockId,
      action_id: actionId,
      value: query,
    });
    const body = asWire(ack.ok ? ack.body : {});
    const report = new Report();
    if (ack.ok) offeredOptions(body, '', report);
    for (const { problem } of report.mistakes) this.#workspace.breaks('ack.options', `block_suggestion ${actionId}`, problem);
    // Slack shows nothing at all of an answer that breaks a limit.
    const options = report.mistakes.length === 0 ? optionsOf(body) : [];
    this.#suggested.set(actionId, options);
    return options;
  }

  /** Submits the person's topmost modal. Missing entries are shown without asking the app, as in Slack. */
  submit(userId: string): Promise<void> {
    return this.#modals.submit(this.#user(userId));
  }

  /** Closes the topmost modal, or all of them. */
  close(userId: string, everything = false): Promise<void> {
    return this.#modals.close(this.#user(userId), everything);
  }

  async openHome(userId: string, tab: 'home' | 'messages' = 'home'): Promise<void> {
    this.#user(userId);
    const view = this.#workspace.homes.get(userId);
    const channel = this.#workspace.directMessage(userId).id;
    const shown = tab === 'home' && view !== undefined ? { view: viewObject(this.#workspace, view) } : {};
    const event = { type: 'app_home_opened', user: userId, channel, tab, event_ts: this.#workspace.nextTs(), ...shown };
    await this.#dispatch.event('app_home_opened', event);
  }

  /** Runs a global shortcut, or a message shortcut when a message is given. */
  async shortcut(userId: string, callbackId: string, on?: { readonly channel: string; readonly ts: string }): Promise<void> {
    const user = this.#user(userId);
    const { shortcuts, scopes } = this.#workspace.options.manifest;
    const kind = on === undefined ? 'global' : 'message';
    if (scopes !== null && !shortcuts.some((each) => each.kind === kind && each.callbackId === callbackId))
      throw new ImpossibleAct(`the app has no ${kind} shortcut ${callbackId}`);
    if (!this.#interactive(userId, `shortcut ${callbackId}`)) return;
    const message = on === undefined ? undefined : this.#message(userId, on.channel, on.ts);
    const source =
      message === undefined
        ? { type: 'shortcut' }
        : {
            type: 'message_action',
            channel: this.#payloads.channel(message.channel),
            message: messageObject(this.#workspace, message),
            message_ts: message.ts,
            response_url: this.#passes.responseUrl(message.channel, userId, message),
          };
    const ack = await this.#dispatch.send('interactive', `${source.type} ${callbackId}`, {
      ...source,
      ...this.#payloads.envelope(user),
      callback_id: callbackId,
      trigger_id: this.#passes.trigger(userId),
      action_ts: this.#workspace.nextTs(),
    });
    if (!ack.ok) this.#workspace.tell(userId, `The shortcut did not work: the app gave no answer (${ack.error}).`);
  }

  /** Adds the person's reaction to a message, or takes it away again. */
  async react(userId: string, channel: string, ts: string, name: string): Promise<void> {
    this.#user(userId);
    const message = this.#message(userId, channel, ts);
    const on = message.reactions.get(name)?.has(userId) !== true;
    this.#workspace.react(message, userId, name, on);
    await this.#dispatch.event(on ? 'reaction_added' : 'reaction_removed', {
      type: on ? 'reaction_added' : 'reaction_removed',
      user: userId,
      reaction: name,
      item_user: message.user,
      item: { type: 'message', channel, ts },
      event_ts: this.#workspace.nextTs(),
    });
  }

  /** Pins a message, or unpins it. */
  async pin(userId: string, channel: string, ts: string): Promise<void> {
    this.#user(userId);
    const message = this.#message(userId, channel, ts);
    const on = !message.pinned;
    this.#workspace.pin(message, on);
    const type = on ? 'pin_added' : 'pin_removed';
    const item = { type: 'message', channel, message: messageObject(this.#workspace, message) };
    await this.#dispatch.event(type, { type, user: userId, channel_id: channel, item, event_ts: this.#workspace.nextTs() });
  }

  markRead(userId: string, channel: string): void {
    const last = this.#workspace.visible(userId, channel).at(-1)?.ts ?? '';
    const key = `${userId}:${channel}`;
    if (this.#workspace.read.get(key) === last) return;
    this.#workspace.read.set(key, last);
    this.#workspace.changed();
  }

  #surface(userId: string, place: Place) {
    if (place.kind === 'view') {
      const view = this.#workspace.findView(place.viewId);
      if (view === undefined || view.userId !== userId) throw new ImpossibleAct('this window is not open any more');
      return {
        blocks: view.blocks,
        values: view.values,
        source: (): Wire => ({
          view: viewObject(this.#workspace, view),
          container: { type: 'view', view_id: view.id },
        }),
      };
    }
    const message = this.#message(userId, place.channel, place.ts);
    const key = `${userId}:${message.channel}:${message.ts}`;
    const values = this.#workspace.messageValues.get(key) ?? {};
    this.#workspace.messageValues.set(key, values);
    return { blocks: message.blocks, values, source: (): Wire => this.#payloads.message(userId, message, values) };
  }

  #user(userId: string): SlackUser {
    const user = this.#workspace.users.get(userId);
    if (user === undefined || user.role === 'bot') throw new ImpossibleAct(`nobody has the id ${userId}`);
    if (user.role === 'deactivated') throw new ImpossibleAct(`${user.realName} left and cannot sign in`);
    return user;
  }

  #conversation(userId: string, channelId: string): Wire {
    const own = channelId === this.#workspace.directMessage(userId).id;
    const conversation = this.#workspace.conversations.get(channelId);
    if (conversation === undefined || !(own || conversation.members.has(userId)))
      throw new ImpossibleAct('this person is not in that conversation');
    return channelObject(this.#workspace, conversation);
  }

  #message(userId: string, channel: string, ts: string): Message {
    const message = this.#workspace.visible(userId, channel).find((each) => each.ts === ts);
    if (message === undefined) throw new ImpossibleAct('this person does not see that message');
    return message;
  }

  #slackbot(userId: string, channel: string, text: string, threadTs: string | null = null): void {
    this.#workspace.post({ channel, user: SLACKBOT_ID, text, ephemeralTo: userId, threadTs });
  }
}

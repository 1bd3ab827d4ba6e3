import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';
import { ADVISED_TEXT, MAX_TEXT } from './limits.ts';
import { ApiError, breaks, invalidArguments } from './methods/method.ts';
import { blockMistakes } from './validate/blocks.ts';
import { MAX_VIEW_BYTES, viewMistakes, viewTooLarge } from './validate/views.ts';
import type { Workspace } from './workspace.ts';

const MAX_ATTACHMENTS = 100;
const MAX_MARKDOWN = 12_000;
export interface Content {
  readonly text: string | undefined;
  readonly blocks: readonly Wire[] | undefined;
}

/** Checks text, blocks and attachments of a post; notes what Slack would only warn about. Throws ApiError. */
export function readContent(
  where: string,
  args: Wire,
  workspace: Workspace,
  warn: (code: string) => void = () => undefined,
): Content {
  const { blocks, attachments } = args;
  if (asList(attachments).length > MAX_ATTACHMENTS)
    throw breaks('messages.attachments', 'too_many_attachments', `${asList(attachments).length} attachments`);
  checkMetadata(args['metadata']);
  if (blocks !== undefined && blocks !== null) checkBlocks(where, blocks, workspace);
  for (const [index, attachment] of asList(attachments).entries()) {
    const inner = asWire(attachment)['blocks'];
    if (inner !== undefined) checkBlocks(where, inner, workspace, `/attachments/${index}/blocks`);
  }
  const list = Array.isArray(blocks) ? blocks.filter(isWire) : undefined;
  const text = args['markdown_text'] === undefined ? args['text'] : readMarkdown(args);
  const known = typeof text === 'string' ? text : undefined;
  const empty = (known ?? '').trim() === '';
  const bare = (list ?? []).length === 0 && asList(attachments).length === 0;
  if (empty && bare) throw breaks('messages.no-text', 'no_text', 'neither text nor blocks nor attachments');
  if (empty) {
    warn('missing_text_in_message');
    workspace.breaks(
      'messages.fallback',
      where,
      'top-level text is missing: notifications and screen readers have nothing to read',
    );
  }
  if ((known ?? '').length > ADVISED_TEXT) {
    const cut = (known ?? '').length > MAX_TEXT ? `, cut at ${MAX_TEXT}` : '';
    workspace.breaks('messages.text-long', where, `text of ${(known ?? '').length} characters${cut}`);
  }
  return { text: known, blocks: list };
}

function readMarkdown(args: Wire): string {
  const markdown = asText(args['markdown_text']) ?? '';
  if (args['text'] !== undefined || args['blocks'] !== undefined)
    throw breaks('messages.markdown-text', 'markdown_text_conflict', 'markdown_text together with text or blocks');
  if (markdown.length > MAX_MARKDOWN)
    throw breaks('messages.markdown-text', 'msg_too_long', `markdown_text of ${markdown.length} characters`);
  return markdown;
}

function checkMetadata(metadata: unknown): void {
  if (metadata === undefined || metadata === null) return;
  const { event_type: type, event_payload: payload } = asWire(metadata);
  if (typeof type !== 'string' || !isWire(payload))
    throw breaks('api.arguments', 'invalid_metadata_format', 'metadata without event_type or event_payload');
}

function checkBlocks(where: string, blocks: unknown, workspace: Workspace, path = '/blocks'): void {
  if (!Array.isArray(blocks)) throw breaks('blocks.fields', 'invalid_blocks_format', 'blocks is no list');
  const mistakes = [...blockMistakes(blocks, 'message', path), ...missingVideoScope(blocks, workspace)];
  if (mistakes.length === 0) return;
  for (const { rule, problem } of mistakes) workspace.breaks(rule, where, problem);
  const problems = mistakes.map(({ problem }) => problem);
  throw new ApiError('invalid_blocks', { errors: problems, response_metadata: { messages: problems } });
}

function missingVideoScope(blocks: readonly unknown[], workspace: Workspace) {
  const { scopes } = workspace.options.manifest;
  if (scopes === null || scopes.has('links.embed:write')) return [];
  return blocks.flatMap((block, index) =>
    asWire(block)['type'] === 'video'
      ? [{ rule: 'blocks.video' as const, problem: `[ERROR] a video needs links.embed:write [json-pointer:/blocks/${index}]` }]
      : [],
  );
}

/** Checks a view against Slack's limits. Throws ApiError with every mistake. */
export function readView(value: unknown, kind: 'modal' | 'home', workspace: Workspace, where: string): Wire {
  if (!isWire(value)) throw invalidArguments(['[ERROR] missing required field: view']);
  if (viewTooLarge(value)) throw breaks('views.size', 'view_too_large', `a view of more than ${MAX_VIEW_BYTES} bytes`);
  const mistakes = viewMistakes(value, kind);
  if (mistakes.length > 0) {
    for (const { rule, problem } of mistakes) workspace.breaks(rule, where, problem);
    throw new ApiError('invalid_arguments', { response_metadata: { messages: mistakes.map(({ problem }) => problem) } });
  }
  const externalId = asText(value['external_id']) ?? '';
  if (externalId !== '' && where !== 'views.update' && where !== 'views.publish' && workspace.findByExternalId(externalId))
    throw breaks('views.external-id', 'duplicate_external_id', `external_id "${externalId}" is in use`);
  return value;
}

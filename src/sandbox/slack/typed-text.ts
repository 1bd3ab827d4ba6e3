import type { Workspace } from './workspace.ts';

/**
 * What a command's text looks like to the app after Slack's `should_escape`: mentions, channels and links become tokens,
 * and the three characters of Slack's markup are escaped. Without it the text goes as typed.
 */
export function commandText(typed: string, workspace: Workspace, shouldEscape: boolean): string {
  if (!shouldEscape) return typed;
  return typed
    .split(/(\s+)/)
    .map((word) => escapeWord(word, workspace))
    .join('');
}

function escapeWord(word: string, workspace: Workspace): string {
  const [, at, name = ''] = /^([@#])([\p{L}\p{N}._-]+)$/u.exec(word) ?? [];
  if (at === '@') {
    const user = [...workspace.users.values()].find((candidate) => candidate.handle === name);
    if (user !== undefined) return `<@${user.id}|${user.handle}>`;
    const group = workspace.options.groups.find((candidate) => candidate.handle === name);
    if (group !== undefined) return `<!subteam^${group.id}|@${group.handle}>`;
  }
  if (at === '#') {
    const channel = [...workspace.conversations.values()].find((candidate) => candidate.name === name);
    if (channel !== undefined) return `<#${channel.id}|${channel.name}>`;
  }
  if (/^https?:\/\/\S+$/.test(word)) return `<${word}>`;
  if (/^[^\s@<>|]+@[^\s@<>|]+\.[^\s@<>|]+$/.test(word)) return `<mailto:${word}|${word}>`;
  return word.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

import type { SyncProgress, SyncSession } from '../../domain/sync-session.ts';
import type { Instant } from '../../domain/time.ts';
import type { FilterPreview, MappingReport, SyncHealth } from '../../reply.ts';
import { countsWords, healthWords, outcomeWords } from '../../sync-words.ts';
import { count, syncTroubleWords } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { type Block, button, header, type MessageView, message, sections, sectionWith } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { sessionCard } from './session-card.ts';
import { bold, foreign, momentToken } from './text.ts';

const SESSIONS_SHOWN = 15;

export function sessionView(session: SyncSession, progress: SyncProgress | null): MessageView {
  return sessionCard(session, progress);
}

/** Each integration's health, then the last sessions. */
export function sessionsView(health: readonly SyncHealth[], sessions: readonly SyncSession[], now: Instant): MessageView {
  const sick = health.filter((one) => one.trouble !== null).length;
  const gist = `${count(health.length, 'integration')}${sick === 0 ? ', all well' : `, ${sick} in trouble`}.`;
  const shown = sessions.slice(0, SESSIONS_SHOWN);
  const left = sessions.length - shown.length;
  const blocks: Block[] = [
    header('Syncs'),
    ...sections(health.length === 0 ? ['No app is connected yet.'] : health.flatMap((one) => healthLines(one, now))),
    ...(shown.length === 0 ? sections(['Nothing was synced yet.']) : shown.map(sessionLine)),
    ...(left > 0 ? sections([`${count(left, 'older session')} not shown here.`]) : []),
  ];
  return message(gist, fitBlocks(blocks, LIMITS.messageBlocks));
}

function healthLines(one: SyncHealth, now: Instant): readonly string[] {
  const symbol = one.trouble !== null ? ':x:' : one.state === 'live' ? ':white_check_mark:' : ':white_circle:';
  const lines = [`${symbol} ${bold(foreign(one.name, 80))}: ${foreign(healthWords(one, now), 300)}`];
  if (one.running !== null) lines.push(`      :hourglass_flowing_sand: session \`${foreign(one.running)}\` is running`);
  if (one.trouble !== null) {
    const again = one.trouble.retryAt === null ? '' : `; tried again ${momentToken(one.trouble.retryAt)}`;
    lines.push(
      `      ${syncTroubleWords(one.trouble.kind)} since ${momentToken(one.trouble.since)}${again}: ${foreign(one.trouble.message, 400)}`,
    );
  }
  if (one.state !== 'paused' && one.gaps.length > 0) lines.push(...one.gaps.map((gap) => `      • ${foreign(gap.message, 300)}`));
  return lines;
}

function sessionLine(session: SyncSession): Block {
  const symbol = {
    succeeded: ':white_check_mark:',
    incomplete: ':warning:',
    held: ':raised_hand:',
    failed: ':x:',
    cancelled: ':no_entry:',
  };
  const icon = session.outcome === null ? ':hourglass_flowing_sand:' : symbol[session.outcome];
  const what =
    session.state === 'ended' && session.outcome === 'succeeded'
      ? countsWords(session.people)
      : (session.reasons[0]?.message ?? '');
  const text = `${icon} ${bold(foreign(session.name, 60))}: ${outcomeWords(session)}  ·  ${momentToken(session.startedAt)}  ·  \`${foreign(session.id)}\`\n      ${foreign(what, 200)}`;
  return sectionWith(
    text,
    button({ actionId: ACTIONS.showSession, text: 'Details', value: session.id, label: `Details of session ${session.id}` }),
  );
}

/** Proposals with their confidence and samples, to be taken over into the configuration by hand. */
export function mappingView(report: MappingReport): MessageView {
  const gist = `${count(report.proposals.length, 'proposal')} for ${foreign(report.name)}, from ${count(report.records, 'record')}.`;
  const lines = report.proposals.map((one) => {
    const target = one.target === 'customField' ? `customFields.${one.name} (unique)` : `mapping.${one.target}`;
    const samples = one.samples.length === 0 ? 'no values' : one.samples.map((sample) => `“${foreign(sample, 60)}”`).join(', ');
    return `• ${bold(foreign(target))} ← \`${foreign(one.value, 120)}\`  ${Math.round(one.confidence * 100)} %: ${foreign(one.because, 120)}. For example ${samples}`;
  });
  const gaps = report.gaps.map((gap) => `• ${foreign(gap.message, 300)}`);
  const blocks: Block[] = [
    header(`Mapping of ${report.name}`),
    ...sections([gist, 'Nothing is mapped by itself: take over what fits into the configuration.']),
    ...sections(lines.length === 0 ? ['Nothing in the records looks like a field of a person.'] : lines),
    ...(gaps.length === 0 ? [] : sections([bold('Still missing before it can go live'), ...gaps])),
  ];
  return message(gist, fitBlocks(blocks, LIMITS.messageBlocks));
}

export function filterView(preview: FilterPreview): MessageView {
  const { records, passing, failing } = preview;
  const looked = preview.more ? `the first ${count(records, 'record')}` : count(records, 'record');
  const fails = failing > 0 ? `, and it fails on ${failing.toLocaleString('en-US')}, which would be errors` : '';
  const gist = `${passing.toLocaleString('en-US')} of ${looked} of ${foreign(preview.name)} pass${fails}.`;
  const doubts = [
    ...(preview.more ? ['There are more, which were not looked at.'] : []),
    ...(preview.problem === null ? [] : [`:warning: These are not all: ${foreign(preview.problem, 300)}`]),
  ];
  const side = (title: string, samples: readonly string[]): Block[] =>
    samples.length === 0
      ? []
      : sections([bold(title), ...samples.map((sample) => `• \`${foreign(sample.replaceAll('`', "'"), 200)}\``)]);
  return message(gist, [
    header(`Filter of ${preview.name}`),
    ...sections([`\`${foreign(preview.filter.replaceAll('`', "'"), 500)}\``, gist, ...doubts]),
    ...side('Pass', preview.inside),
    ...side('Are left out', preview.outside),
  ]);
}

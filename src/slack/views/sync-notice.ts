import type { SyncNotice } from '../../ports/store.ts';
import { syncTroubleWords } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { actions, button, type MessageView, message, sections } from './blocks.ts';
import { bold, foreign, momentToken } from './text.ts';

/** What a contact reads when an integration gets into trouble, and when it is well again. */
export function syncNoticeView(notice: SyncNotice): MessageView {
  const { name, event, trouble, sessionId } = notice;
  const title = event === 'recovered' ? `${name} is well again` : `${name}: ${syncTroubleWords(trouble.kind)}`;
  const lines =
    event === 'recovered'
      ? [
          `:white_check_mark: ${bold(foreign(title, 200))}`,
          `It had been in trouble since ${momentToken(trouble.since)}: ${foreign(trouble.message, 600)}`,
        ]
      : [
          `:x: ${bold(foreign(title, 200))}`,
          foreign(trouble.message, 1_000),
          ...(trouble.hint === null ? [] : [foreign(trouble.hint, 500)]),
          trouble.retryAt === null
            ? 'It is not tried again by itself.'
            : `It is tried again ${momentToken(trouble.retryAt)}; you hear of it once, until it is well again.`,
        ];
  const details =
    sessionId === null
      ? []
      : [
          actions([
            button({
              actionId: ACTIONS.showSession,
              text: 'Details',
              value: sessionId,
              label: `Details of session ${sessionId}`,
            }),
            ...(event === 'trouble' && trouble.kind !== 'held'
              ? [
                  button({
                    actionId: ACTIONS.rerunSync,
                    text: 'Run again',
                    value: sessionId,
                    label: `Run session ${sessionId} again`,
                  }),
                ]
              : []),
          ]),
        ];
  return message(foreign(`${title}. ${trouble.message}`, 1_000), [...sections(lines), ...details]);
}

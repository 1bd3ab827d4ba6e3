import { count } from '../words.ts';

/** Slack refuses what is signed more than five minutes ago (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
const MOST_SECONDS = 60;
const ASK_MS = 10_000;

/** Compares this machine's clock with the one Slack answers with; nothing when Slack does not answer or does not say. */
export async function checkClock(
  apiUrl: string | null,
): Promise<readonly { readonly ok: boolean; readonly message: string; readonly hint: string | null }[]> {
  let date: string | null;
  const startedAt = Date.now();
  try {
    const answer = await fetch(new URL('api.test', apiUrl ?? 'https://slack.com/api/'), {
      method: 'POST',
      signal: AbortSignal.timeout(ASK_MS),
    });
    await answer.arrayBuffer();
    date = answer.headers.get('date');
  } catch {
    return [];
  }
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  const seconds = Math.round(((startedAt + Date.now()) / 2 - theirs) / 1_000);
  if (Math.abs(seconds) <= MOST_SECONDS) return [{ ok: true, message: 'It agrees with Slack’s.', hint: null }];
  const message = `It is ${count(Math.abs(seconds), 'second')} ${seconds > 0 ? 'ahead of' : 'behind'} Slack’s.`;
  return [{ ok: false, message, hint: 'Set it by network time (NTP): schedules, expiry and signatures depend on it.' }];
}

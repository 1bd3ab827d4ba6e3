import { createPinoLog } from '../adapters/pino-log.ts';
import { systemClock } from '../adapters/system-clock.ts';
import type { SlackAccess } from '../config/environment.ts';
import { Limiters } from '../connector/limiters.ts';
import type { Settings } from '../domain/settings.ts';
import type { Connector } from '../ports/connector.ts';
import { readSetup } from '../setup.ts';
import { checkClock } from './check-clock.ts';
import { toFailure } from './failure.ts';
import { clean } from './terminal-text.ts';
import { EXIT, type LocalVerb, type VerbResult } from './verb.ts';

interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  readonly message: string;
  readonly hint: string | null;
}

export const check: LocalVerb = {
  kind: 'local',
  name: 'check',
  usage: 'check [--json]',
  summary: 'Checks the configuration, each credential, Slack, its channels and the clock.',
  options: {},
  words: [0, 0],
  async run(host) {
    const setup = await readSetup(host);
    const config = await setup.readConfig();
    const log = createPinoLog({ level: 'silent', clock: systemClock });
    const { openIntegrations } = await import('../integrations.ts');
    const integrations = openIntegrations(config, { clock: systemClock, log, limiters: new Limiters(), network: setup.network });
    const place = config.file ?? 'the environment';
    const findings: Finding[] = [{ subject: 'configuration', ok: true, message: `${place} has no mistakes.`, hint: null }];
    for (const { file, path, problem } of config.presetMistakes)
      findings.push({ subject: 'presets', ok: false, message: `${file}: ${path} ${problem}.`, hint: null });
    if (integrations.length === 0) {
      const hint =
        'Set JETBRAINS_API_KEY and JETBRAINS_COMPANY_CODE, or AHA_API_KEY and AHA_SUBDOMAIN, or write a configuration file.';
      findings.push({ subject: 'configuration', ok: true, message: 'No integration is set up yet.', hint });
    }
    if (config.idle.length > 0) {
      findings.push({
        subject: 'configuration',
        ok: true,
        message: `Accepted, and not acted on by this version: ${config.idle.join(', ')}.`,
        hint: null,
      });
    }
    host.note(
      `Asking ${[...integrations.map((one) => one.name), ...(setup.environment.slack === null ? [] : ['Slack'])].join(', ') || 'nobody'} …`,
    );
    try {
      const found = await Promise.all([
        ...integrations.map(checkIntegration),
        checkChat(setup.environment.slack, config.settings),
      ]);
      findings.push(...found.flat());
    } finally {
      await Promise.all(integrations.map((one) => one.close()));
    }
    return report(findings);
  },
};

function report(findings: readonly Finding[]): VerbResult {
  const ok = findings.every((finding) => finding.ok);
  const lines = findings.map(({ subject, ok: good, message, hint }) => {
    const next = hint === null ? '' : `\n     ${hint}`;
    return `${good ? 'ok  ' : 'FAIL'} ${subject}: ${message}${next}`;
  });
  return { exitCode: ok ? EXIT.done : EXIT.vendor, text: clean(lines.join('\n')), data: { ok, findings } };
}

const CHECK_MS = 15_000;

async function checkIntegration(connector: Connector): Promise<readonly Finding[]> {
  const subject = connector.overridden === true ? `${connector.id} (overridden)` : connector.id;
  try {
    const { ok, message, hint } = await connector.check(AbortSignal.timeout(CHECK_MS));
    return [{ subject, ok, message, hint }];
  } catch (error) {
    const failed = toFailure(error).error;
    return [{ subject, ok: false, message: failed?.message ?? 'It could not be checked.', hint: failed?.hint ?? null }];
  }
}

async function checkChat(access: SlackAccess | null, settings: Settings): Promise<readonly Finding[]> {
  if (access === null) {
    return [
      { subject: 'slack', ok: true, message: 'No Slack tokens are set, so "seatwarden start" opens the sandbox.', hint: null },
    ];
  }
  const log = createPinoLog({ level: 'silent', clock: systemClock });
  const api = access.apiUrl === null ? {} : { apiUrl: access.apiUrl };
  const [{ checkSlack }, { createSlackClient }] = await Promise.all([
    import('../slack/check-slack.ts'),
    import('../slack/slack-client.ts'),
  ]);
  const client = createSlackClient({ botToken: access.botToken.reveal(), ...api, log });
  const [slack, clock] = await Promise.all([checkSlack(client, settings), checkClock(access.apiUrl)]);
  return [
    ...slack.map((finding) => ({ subject: 'slack', ...finding })),
    ...clock.map((finding) => ({ subject: 'clock', ...finding })),
  ];
}

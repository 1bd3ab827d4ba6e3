import { createConnector } from '../../connector/create-connector.ts';
import { Limiters } from '../../connector/limiters.ts';
import { SeatwardenError } from '../../domain/errors.ts';
import type { Holding } from '../../domain/seat.ts';
import { Secret } from '../../domain/secret.ts';
import { type Instant, toInstant } from '../../domain/time.ts';
import type { Connector } from '../../ports/connector.ts';
import type { Log } from '../../ports/log.ts';
import type { HoldingKind, LoadedConnector, LoadListing } from '../../preset/loaded.ts';
import { type MappingContext, mapRecord, RecordProblem } from '../../preset/map-record.ts';
import { inventedValues } from './invented-values.ts';
import { type Probe, probeRecords } from './probe-records.ts';
import { startReplayVendor } from './replay-vendor.ts';
import type { Sample } from './sample-schema.ts';
import { differences } from './subset.ts';

/** What became of one sample. */
export interface SampleResult {
  readonly kind: 'records' | 'load' | 'read' | 'check' | 'action';
  /** Empty when it is as expected. */
  readonly problems: readonly string[];
  readonly holdings: readonly Holding[];
  /** Why records could not be read. */
  readonly rejected: readonly string[];
  /** Holdings that came more than once. */
  readonly duplicates: number;
  /** Records with values taken away or replaced; null where there were none. */
  readonly probe: Probe | null;
  readonly now: Instant;
}

type Ran = Pick<SampleResult, 'kind' | 'problems'> & Partial<SampleResult>;

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const PATIENCE_MS = 30_000;

/** Runs one sample against its connector: the real engine, and a vendor on loopback that answers as the sample says. */
export async function runSample(connector: LoadedConnector, sample: Sample): Promise<SampleResult> {
  const ran = sample.records === undefined ? await replay(connector, sample) : readRecords(connector, sample, sample.records);
  return { holdings: [], rejected: [], duplicates: 0, probe: null, now: toInstant(new Date(sample.now)), ...ran };
}

function readRecords(connector: LoadedConnector, sample: Sample, records: readonly unknown[]): Ran {
  const values = inventedValues(connector, sample);
  const listing = connector.load.listings.find(({ name }) => name === sample.listing);
  if (listing === undefined) {
    const names = connector.load.listings.map(({ name }) => name).join(', ');
    return { kind: 'records', problems: [`"${sample.listing}" is not a list of the connector (there are ${names})`] };
  }
  const as = sample.as === undefined ? listing.as : [sample.as].flat();
  const mapping = { name: connector.name, seat: listing.seat, account: listing.account, fields: connector.fields };
  const context = mappingContext(connector, sample, values.variables, sample.joined);
  const found: Holding[] = [];
  const rejected: string[] = [];
  for (const record of records) {
    for (const kind of as) {
      try {
        found.push(...mapRecord(record, kind, mapping, context));
      } catch (error) {
        if (!(error instanceof RecordProblem)) throw error;
        rejected.push(`${error.id ?? 'without an id'}: ${error.reason}`);
      }
    }
  }
  const probe = probeRecords(records, as, mapping, context);
  return { kind: 'records', ...judged(sample, found, rejected, [...values.problems, ...probe.broken]), probe };
}

async function replay(connector: LoadedConnector, sample: Sample): Promise<Ran> {
  const ran = await withVendor(connector, sample, null, async (open, vendor) => {
    const result = await perform(connector, open, sample);
    const strange = vendor.unexpected.map((line) => `asked for ${line}, which the sample has no answer to`);
    const unused = vendor.unused().map((line) => `never asked for ${line}`);
    return { ...result, problems: [...result.problems, ...strange, ...unused] };
  });
  if (ran.kind !== 'load' || sample.outcome !== 'complete') return ran;
  return { ...ran, problems: [...ran.problems, ...(await breakEach(connector, sample))] };
}

/** A load during which any one call fails must not pass for complete. */
async function breakEach(connector: LoadedConnector, sample: Sample): Promise<readonly string[]> {
  const problems: string[] = [];
  const exchanges = sample.exchanges ?? [];
  for (const [index, { request, response }] of exchanges.entries()) {
    if (response.status > 299) continue;
    await withVendor(connector, sample, index, async (open) => {
      const report = await open.load({}, () => undefined, AbortSignal.timeout(PATIENCE_MS));
      if (report.outcome === 'complete')
        problems.push(`when ${request.method} ${request.path} (exchange ${index + 1}) fails, the load still ends complete`);
    });
  }
  return problems;
}

type Vendor = Awaited<ReturnType<typeof startReplayVendor>>;

async function withVendor<Result>(
  connector: LoadedConnector,
  sample: Sample,
  broken: number | null,
  work: (open: Connector, vendor: Vendor) => Promise<Result>,
): Promise<Result | Ran> {
  const vendor = await startReplayVendor(sample.exchanges ?? [], broken);
  try {
    const { variables, credential, problems } = inventedValues(connector, sample);
    if (problems.length > 0) return { kind: 'load', problems };
    const fill = (text: string): string => text.replaceAll('{{base}}', vendor.url);
    const open = createConnector({
      id: connector.id,
      connector,
      credential: Object.fromEntries(Object.entries(credential).map(([name, value]) => [name, new Secret(value)])),
      variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, fill(value)])),
      baseUrl: vendor.url,
      tokenUrl: vendor.tokenUrl,
      clock: { now: () => new Date(sample.now) },
      log: silent,
      // Waits between attempts take no time here; the connector's own limits do.
      sleep: async () => undefined,
      limiters: new Limiters(),
    });
    try {
      return await work(open, vendor);
    } catch (error) {
      if (!(error instanceof SeatwardenError)) throw error;
      return { kind: 'load', problems: [[error.message, error.hint].filter((part) => part !== null).join(' ')] };
    } finally {
      await open.close();
    }
  } finally {
    await vendor.close();
  }
}

async function perform(loaded: LoadedConnector, open: Connector, sample: Sample): Promise<Ran> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  if (sample.check !== undefined) {
    const { ok, message } = await open.check(signal);
    return { kind: 'check', problems: [...differences(ok, sample.check.ok, 'ok'), ...missing(message, sample.check.message)] };
  }
  if (sample.action !== undefined) return tryAction(open, sample, sample.action, signal);
  if (sample.preset !== undefined) return tryRead(open, sample, sample.preset, signal);
  return tryLoad(loaded, open, sample, signal);
}

async function tryLoad(loaded: LoadedConnector, open: Connector, sample: Sample, signal: AbortSignal): Promise<Ran> {
  const found: Holding[] = [];
  const rejected: string[] = [];
  const raw = new Map<string, unknown[]>();
  const report = await open.load(
    {},
    ({ records }) => {
      for (const record of records) {
        found.push(...record.seats, ...record.accounts);
        rejected.push(...record.faults.map((fault) => `${fault.id ?? 'without an id'}: ${fault.reason}`));
        raw.set(record.listing, [...(raw.get(record.listing) ?? []), record.raw]);
      }
    },
    signal,
  );
  const why = report.reasons.map(({ message }) => message).join(' ');
  const ending =
    report.outcome === sample.outcome
      ? missing(why, sample.because ?? '')
      : [`it ended ${report.outcome}, expected ${sample.outcome}${why === '' ? '' : `: ${why}`}`];
  const { variables } = inventedValues(loaded, sample);
  const probes = [...raw].map(([name, records]) => {
    const { as, seat, account } = loaded.load.listings.find((listing) => listing.name === name) as LoadListing;
    const mapping = { name: loaded.name, seat, account, fields: loaded.fields };
    return probeRecords(records, as as HoldingKind[], mapping, mappingContext(loaded, sample, variables, {}));
  });
  const probe = {
    tried: probes.reduce((sum, { tried }) => sum + tried, 0),
    needed: [...new Set(probes.flatMap(({ needed }) => needed))].toSorted(),
    broken: probes.flatMap(({ broken }) => broken),
  };
  return { kind: 'load', ...judged(sample, found, rejected, [...ending, ...probe.broken]), probe };
}

async function tryRead(open: Connector, sample: Sample, preset: string, signal: AbortSignal): Promise<Ran> {
  try {
    const { holdings, response } = await open.run(preset, sample.inputs, signal);
    const ending = sample.outcome === 'complete' ? [] : [`it ended complete, expected ${sample.outcome}`];
    const answered = sample.response === undefined ? [] : differences(response, sample.response, 'response');
    return { kind: 'read', ...judged(sample, holdings, [], [...ending, ...answered]) };
  } catch (error) {
    if (!(error instanceof SeatwardenError) || sample.outcome === 'complete') throw error;
    return { kind: 'read', problems: missing(error.message, sample.because ?? '') };
  }
}

async function tryAction(open: Connector, sample: Sample, action: NonNullable<Sample['action']>, signal: AbortSignal): Promise<Ran> {
  const { expect } = action;
  const preset = sample.preset ?? '';
  const ref = { integrationId: open.id, ...action.target };
  const problem = (text: string): Ran => ({ kind: 'action', problems: [text] });
  const target = await open.target(ref, signal);
  if (target === null) return problem(`the vendor does not know the ${ref.kind} "${ref.id}"`);
  const planned = await open.plan(preset, target, action.inputs, signal);
  if (!planned.ok) {
    const why = planned.problems.map(({ message }) => message).join(' ');
    if (expect.plan === 'ok') return problem(`it was refused: ${why}`);
    return { kind: 'action', problems: missing(why, sample.because ?? '') };
  }
  if (expect.plan === 'refused') return problem(`it was not refused: ${planned.plan.sentence}`);
  const problems = [...missing(planned.plan.sentence, expect.sentence ?? '')];
  const call = { presetId: preset, target: ref, inputs: planned.plan.inputs };
  const rechecked = await open.recheck(call, planned.plan.evidence, signal);
  if (rechecked.kind !== 'same') return problem(`right before it is done, the target is "${rechecked.kind}"`);
  if (expect.performed === undefined && expect.verified === undefined) return { kind: 'action', problems };
  const performed = await open.perform(call, rechecked.before, signal);
  const said = 'message' in performed ? performed.message : '';
  if (expect.performed !== undefined && performed.kind !== expect.performed)
    return problem(`it ended "${performed.kind}", expected "${expect.performed}"${said === '' ? '' : `: ${said}`}`);
  problems.push(...missing(said, expect.message ?? ''));
  if (expect.verified !== undefined) {
    const verified = await open.verify(call, rechecked.before, signal);
    if (verified.kind !== expect.verified)
      problems.push(`afterwards it "${verified.kind}", expected "${expect.verified}": ${verified.message}`);
  }
  return { kind: 'action', problems };
}

function mappingContext(
  connector: LoadedConnector,
  sample: Sample,
  variables: Readonly<Record<string, string>>,
  joined: unknown,
): MappingContext {
  const { id, name } = connector;
  const now = toInstant(new Date(sample.now));
  const scope = { variables, integration: { id, name, credential: id }, now, ...(joined === undefined ? {} : { joined }) };
  return { integrationId: id, connectorId: id, readAt: now, scope };
}

/** Compares what came with what was expected. The last of several with the same id counts, as in a load. */
function judged(
  sample: Sample,
  found: readonly Holding[],
  rejected: readonly string[],
  problems: readonly string[],
): Pick<SampleResult, 'holdings' | 'rejected' | 'problems' | 'duplicates'> {
  const byKey = new Map(found.map((holding) => [`${holding.kind}:${holding.externalId}`, holding]));
  const wrong = [...problems];
  const named = new Set<string>();
  for (const [name, expected] of Object.entries(sample.expect ?? {})) {
    const keys = byKey.has(name) ? [name] : [`seat:${name}`, `account:${name}`].filter((key) => byKey.has(key));
    const [key] = keys;
    if (key === undefined) wrong.push(`${name} did not come`);
    else if (keys.length > 1) wrong.push(`${name} is a seat and an account: say seat:${name} or account:${name}`);
    else {
      named.add(key);
      wrong.push(...differences(byKey.get(key), expected).map((difference) => `${name}: ${difference}`));
    }
  }
  if (sample.expect !== undefined)
    wrong.push(...[...byKey.keys()].filter((key) => !named.has(key)).map((key) => `${key} came and is not expected`));
  const open = [...rejected];
  for (const part of sample.rejected) {
    const index = open.findIndex((reason) => reason.includes(part));
    if (index === -1) wrong.push(`no record was rejected with "${part}"`);
    else open.splice(index, 1);
  }
  wrong.push(...open.map((reason) => `a record was rejected: ${reason}`));
  return { holdings: [...byKey.values()], rejected, problems: wrong, duplicates: found.length - byKey.size };
}

function missing(sentence: string, part: string): readonly string[] {
  return sentence.includes(part) ? [] : [`the sentence is "${sentence}", expected "${part}" in it`];
}

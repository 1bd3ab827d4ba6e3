import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Pool } from 'undici';

/**
 * Loads everything once, by the program or by hand, and tells how long it took, the most memory and the longest stop. The
 * first ten thousand records warm up and do not count.
 */
const [how, origin] = process.argv.slice(2);
const dist = join(import.meta.dirname, '../../dist/src');
const signal = new AbortController().signal;

const WARM_UP = 10_000;

const bare = () => {
  const pool = new Pool(origin, { connections: 1 });
  return async (limit) => {
    let records = 0;
    for (let page = 1; records < limit; page += 1) {
      const { body, headers } = await pool.request({ path: `/customer/licenses?page=${page}&perPage=100`, method: 'GET' });
      records += JSON.parse(await body.text()).length;
      if (records >= Number(headers['x-total-count'])) break;
    }
    return records;
  };
};

const { loadConnector } = await import(`${dist}/adapters/file-presets.js`);
const { createConnector } = await import(`${dist}/connector/create-connector.js`);
const { Secret } = await import(`${dist}/domain/secret.js`);
const { compileLoadSettings } = await import(`${dist}/preset/load-settings.js`);

const { connector } = loadConnector(join(import.meta.dirname, '../../presets/jetbrains'));

const ours = () => {
  const opened = createConnector({
    id: 'jetbrains',
    connector,
    credential: { apiKey: new Secret('bench-key-1234567890') },
    variables: { companyCode: '1234567' },
    baseUrl: origin,
    clock: { now: () => new Date() },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    loading: compileLoadSettings({
      filter: "record.team.name != 'Sandbox'",
      customFields: { tag: { label: 'Tag', value: '{{ record.product.code }}-{{ record.licenseId }}' } },
    }),
  });
  return async (limit) => {
    let records = 0;
    const onPage = (page) => {
      records += page.records.length;
    };
    const report = await opened.load(limit === Number.POSITIVE_INFINITY ? {} : { limit }, onPage, signal);
    if (report.outcome !== 'complete' && limit > report.counts.records) throw new Error(JSON.stringify(report.reasons));
    return records;
  };
};

const delay = monitorEventLoopDelay({ resolution: 1 });
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
const run = how === 'bare' ? bare() : ours();
await run(WARM_UP);
const since = performance.now();
delay.enable();
const records = await run(Number.POSITIVE_INFINITY);
const ms = performance.now() - since;
delay.disable();
clearInterval(watch);
process.send({ ms, records, peakMb: Math.max(peak, process.memoryUsage.rss()) / 2 ** 20, stopMs: delay.max / 1e6 }, () =>
  process.exit(),
);

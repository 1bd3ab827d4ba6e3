import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Pool } from 'undici';

/** Loads everything once, by the program or by hand, and tells how long it took, the most memory and the longest stop. */
const [how, origin] = process.argv.slice(2);
const dist = join(import.meta.dirname, '../../dist/src');
const signal = new AbortController().signal;

const bare = async () => {
  const pool = new Pool(origin, { connections: 1 });
  let records = 0;
  for (let page = 1; ; page += 1) {
    const { body, headers } = await pool.request({ path: `/customer/licenses?page=${page}&perPage=100`, method: 'GET' });
    records += JSON.parse(await body.text()).length;
    if (records >= Number(headers['x-total-count'])) break;
  }
  await pool.close();
  return records;
};

const { loadConnector } = await import(`${dist}/adapters/file-presets.js`);
const { createConnector } = await import(`${dist}/connector/create-connector.js`);
const { Secret } = await import(`${dist}/domain/secret.js`);
const { compileLoadSettings } = await import(`${dist}/preset/load-settings.js`);

const { connector } = loadConnector(join(import.meta.dirname, '../../presets/jetbrains'));

const ours = async () => {
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
  let records = 0;
  const onPage = (page) => {
    records += page.records.length;
  };
  const report = await opened.load({}, onPage, signal);
  await opened.close();
  if (report.outcome !== 'complete') throw new Error(JSON.stringify(report.reasons));
  return records;
};

const delay = monitorEventLoopDelay({ resolution: 1 });
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
const run = how === 'bare' ? bare : ours;
const since = performance.now();
delay.enable();
const records = await run();
const ms = performance.now() - since;
delay.disable();
clearInterval(watch);
process.send({ ms, records, peakMb: Math.max(peak, process.memoryUsage.rss()) / 2 ** 20, stopMs: delay.max / 1e6 });
process.disconnect();

import type { ConfigMistake } from '../domain/errors.ts';
import type { LoadedConnector } from '../preset/loaded.ts';
import { count } from '../words.ts';
import { mistakesFailure } from './failure.ts';
import { previewTable } from './samples/preview.ts';
import { readSamples } from './samples/read-samples.ts';
import { runSample, type SampleResult } from './samples/run-sample.ts';
import { clean } from './terminal-text.ts';
import { EXIT, type VerbResult } from './verb.ts';

interface Tested {
  readonly connector: LoadedConnector;
  readonly results: readonly (SampleResult & { readonly file: string })[];
}

/** Runs the samples of connectors' folders; none in a folder is a failure too, since nothing was shown then. */
export async function testPresets(connectors: readonly LoadedConnector[]): Promise<VerbResult> {
  const mistakes: ConfigMistake[] = [];
  const tested: Tested[] = [];
  for (const connector of connectors) {
    const read = readSamples(connector.folder);
    mistakes.push(...read.mistakes);
    const results = [];
    for (const [file, sample] of read.samples) results.push({ file, ...(await runSample(connector, sample)) });
    tested.push({ connector, results });
  }
  const data = {
    connectors: tested.map(({ connector, results }) => ({
      id: connector.id,
      samples: results.map(({ holdings, ...result }) => ({ ...result, holdings })),
    })),
    mistakes,
  };
  if (mistakes.length > 0) return { ...mistakesFailure(mistakes), data };
  const failed = tested.some(({ results }) => results.length === 0 || results.some(({ problems }) => problems.length > 0));
  const text = clean(tested.map(testedText).join('\n\n'));
  return { exitCode: failed ? EXIT.failed : EXIT.done, text, data };
}

function testedText({ connector, results }: Tested): string {
  if (results.length === 0) return `${connector.name}: no samples in ${connector.folder}/samples.`;
  return [connector.name, ...results.flatMap(resultLines)].join('\n');
}

function resultLines({
  file,
  kind,
  problems,
  holdings,
  rejected,
  duplicates,
  probe,
  now,
}: Tested['results'][number]): readonly string[] {
  const came = holdings.length === 0 ? '' : `, ${count(holdings.length, 'seat or account', 'seats and accounts')}`;
  const twice = duplicates === 0 ? '' : `, ${duplicates} that came twice`;
  const refused = rejected.length === 0 ? '' : `, ${rejected.length} rejected`;
  return [
    `  ${problems.length === 0 ? 'ok    ' : 'FAILED'}  ${file} (${kind}${came}${twice}${refused})`,
    ...problems.map((problem) => `    - ${problem}`),
    ...previewTable(holdings, now),
    ...(probe === null
      ? []
      : [
          `    Tried ${count(probe.tried, 'record')} with a value null, missing or unknown: ${probe.broken.length === 0 ? 'each was read or rejected in words.' : 'the mapping broke.'}`,
          ...(probe.needed.length === 0 ? [] : [`    Not readable without: ${probe.needed.join(', ')}`]),
        ]),
  ];
}

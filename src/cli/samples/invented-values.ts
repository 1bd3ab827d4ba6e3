import type { LoadedConnector } from '../../preset/loaded.ts';
import type { Sample } from './sample-schema.ts';

const CANDIDATES = ['sample-value', 'sample', '1234567', 'sample.example', 'sample@sample.example', 'SAMPLE1', '0123456789abcdef0123456789abcdef'];

/** Variables and credential for a sample: its own, else examples, else invented ones that have the right form. */
export function inventedValues(
  connector: LoadedConnector,
  sample: Sample,
): {
  readonly variables: Readonly<Record<string, string>>;
  readonly credential: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const fill = (fields: LoadedConnector['credential'] | LoadedConnector['variables'], given: Readonly<Record<string, string>>, kind: string) => {
    for (const name of Object.keys(given).filter((other) => !(other in fields)))
      problems.push(`${kind}.${name} is not known to the connector`);
    return Object.fromEntries(
      Object.entries(fields).map(([name, { example }]) => {
        const pattern = connector.patterns[name] ?? null;
        const value = given[name] ?? [example, ...CANDIDATES].find((text) => text !== undefined && pattern?.fits(text) !== false);
        if (value === undefined) problems.push(`${kind}.${name} needs a value of the right form`);
        return [name, value ?? ''];
      }),
    );
  };
  return {
    variables: fill(connector.variables, sample.variables, 'variables'),
    credential: fill(connector.credential, sample.credential, 'credential'),
    problems,
  };
}

import { CsvError, parse } from 'csv-parse/sync';
import type { ConfigMistake } from '../domain/errors.ts';
import { isEmailText } from './forms.ts';
import { parseJson } from './parse-json.ts';
import { entriesOf } from './raw.ts';
import type { ConfigFile } from './schema.ts';

/** The e-mails of logins that integrations name in the configuration and in files, by integration. */
export async function identityTables(
  file: string,
  content: ConfigFile,
  read: (file: string) => Promise<string | null>,
  mistakes: ConfigMistake[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const tables = new Map<string, ReadonlyMap<string, string>>();
  for (const [id, { identities }] of Object.entries(content.integrations)) {
    if (identities === undefined) continue;
    const path = `integrations.${id}.identities.file`;
    const refuse = (problem: string): void => void mistakes.push({ file, path, problem });
    const text = identities.file === undefined ? null : await read(identities.file);
    if (identities.file !== undefined && text === null) refuse('names a file that does not exist');
    const rows = text === null ? [] : rowsOf(text, refuse);
    for (const [login, email] of rows) {
      if (!isEmailText(email)) refuse(`has no e-mail for "${login}"`);
    }
    tables.set(id, new Map([...rows, ...Object.entries(identities.table ?? {})]));
  }
  return tables;
}

function rowsOf(text: string, refuse: (problem: string) => void): readonly (readonly [string, string])[] {
  if (text.trimStart().startsWith('{')) {
    const json = parseJson(text);
    if (json.ok) return entriesOf(json.value).map(([login, email]) => [login, String(email)] as const);
    refuse(`is not JSON: line ${json.line}, column ${json.column}: ${json.problem}`);
    return [];
  }
  try {
    const rows = parse(text, { bom: true, columns: true, trim: true, skip_empty_lines: true, delimiter: [',', ';', '\t'] });
    return (rows as Readonly<Record<string, string>>[]).flatMap((row) => {
      const { login, email } = row;
      if (login === undefined || email === undefined) {
        refuse('must have the columns login and email in its first line');
        return [];
      }
      return [[login, email] as const];
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refuse('cannot be read as a table with the columns login and email');
    return [];
  }
}

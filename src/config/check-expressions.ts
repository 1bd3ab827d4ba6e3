import { RUN_FIELDS } from '../domain/compare-holdings.ts';
import type { ConfigMistake } from '../domain/errors.ts';
import { compileCondition, compileExpression, ExpressionMistake, type Place } from '../preset/expression.ts';
import { FILTER_PLACE, LOGIN_PLACE, type MappedConnector, recordPlace } from '../preset/places.ts';
import { compileTemplate, TemplateMistakes } from '../preset/template.ts';
import { POLICY_PLACE } from './places.ts';
import { entriesOf, itemsOf, memberOf } from './raw.ts';
import { formatPath } from './zod-mistakes.ts';

/**
 * Compiles every expression in the file, against the variables of its place. `raw` may be wrong in other ways too;
 * `connectorOf` gives what an integration, by its id, is connected to, where that is known.
 */
export function checkExpressions(
  file: string,
  raw: unknown,
  connectorOf: (integrationId: string) => MappedConnector | null,
): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const add = (path: readonly PropertyKey[], error: ExpressionMistake): void => {
    const problem = `is not usable: ${error.message}`;
    mistakes.push({ file, path: formatPath(path), problem, ...(error.allowed === null ? {} : { allowed: error.allowed }) });
  };
  const condition = (path: readonly PropertyKey[], source: unknown, place: Place): void => {
    if (typeof source !== 'string' || source === '') return;
    attempt(
      () => compileCondition(source, place),
      (error) => add(path, error),
    );
  };
  const template = (path: readonly PropertyKey[], source: unknown, place: Place): void => {
    if (typeof source !== 'string') return;
    attempt(
      () => compileTemplate(source, place),
      (error) => add(path, error),
    );
  };

  for (const [id, integration] of entriesOf(memberOf(raw, 'integrations'))) {
    const path = ['integrations', id];
    condition([...path, 'filter'], memberOf(integration, 'filter'), FILTER_PLACE);
    const login = memberOf(memberOf(integration, 'identities'), 'login');
    if (typeof login === 'string' && login !== '')
      attempt(
        () => compileExpression(login, LOGIN_PLACE),
        (error) => add([...path, 'identities', 'login'], error),
      );
    const place = recordPlace(connectorOf(id));
    for (const [name, value] of entriesOf(memberOf(integration, 'mapping'))) {
      template([...path, 'mapping', name], value, place);
      if (tellsOfRun(value)) add([...path, 'mapping', name], OF_RUN);
    }
    for (const [name, field] of entriesOf(memberOf(integration, 'customFields'))) {
      const value = memberOf(field, 'value');
      template([...path, 'customFields', name, 'value'], value, place);
      const isNamedSo = RUN_FIELDS.includes(name) && RUN_FIELDS.includes(String(memberOf(field, 'label')));
      if (tellsOfRun(value) && !isNamedSo) add([...path, 'customFields', name, 'value'], OF_RUN);
    }
  }
  itemsOf(memberOf(memberOf(raw, 'approvals'), 'policies')).forEach((policy, index) => {
    for (const key of ['when', 'autoApprove'])
      condition(['approvals', 'policies', index, key], memberOf(policy, key), POLICY_PLACE);
  });
  return mistakes;
}

const [RUN_LABEL = '', RUN_NAME = ''] = RUN_FIELDS;
const OF_RUN = new ExpressionMistake(
  `“${RUN_LABEL}” tells of the run and not of the record, so under another name it would change everything in every run`,
  [`customFields.${RUN_NAME} with the label "${RUN_LABEL}"`],
);

function tellsOfRun(value: unknown): boolean {
  return typeof value === 'string' && value.includes(RUN_LABEL);
}

function attempt(compile: () => unknown, failed: (error: ExpressionMistake) => void): void {
  try {
    compile();
  } catch (error) {
    if (error instanceof ExpressionMistake) failed(error);
    else if (error instanceof TemplateMistakes) for (const { mistake } of error.mistakes) failed(mistake);
    else throw error;
  }
}

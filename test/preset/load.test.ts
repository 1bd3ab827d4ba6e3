import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConnectors } from '../../src/adapters/file-presets.ts';
import type { ConfigMistake } from '../../src/domain/errors.ts';

type Json = Record<string, unknown>;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'presets-'));
  for (const id of ['aha', 'jetbrains']) cpSync(`presets/${id}`, join(dir, id), { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true }));

const edit = (file: string, change: (json: Json) => void): void => {
  const path = join(dir, file);
  const json = JSON.parse(readFileSync(path, 'utf8')) as Json;
  change(json);
  writeFileSync(path, JSON.stringify(json));
};

const mistakesAfter = (file: string, change: (json: Json) => void): readonly ConfigMistake[] => {
  edit(file, change);
  const { connectors, mistakes } = loadConnectors([dir]);
  expect(connectors.has(file.split('/')[0] ?? '')).toBe(false);
  for (const mistake of mistakes) expect(mistake.file.startsWith(dir)).toBe(true);
  return mistakes.map((mistake) => ({ ...mistake, file: mistake.file.slice(dir.length + 1) }));
};

const at = (json: Json, ...path: (string | number)[]): Json =>
  path.reduce((inner, key) => (inner as Record<string | number, Json>)[key] as Json, json);

describe('loadConnectors', () => {
  it.each([
    {
      why: 'one brace short, as in a vendor guide',
      file: 'aha/get-user.json',
      change: (json: Json) => Object.assign(at(json, 'request'), { path: '/users/{{input.userId}' }),
      path: 'request.path',
      problem: 'is not finished',
    },
    {
      why: 'an input nobody declared',
      file: 'aha/get-user.json',
      change: (json: Json) => Object.assign(at(json, 'request'), { path: '/users/{{ input.id }}' }),
      path: 'request.path',
      problem: '"input.id" does not exist',
      allowed: ['input.userId'],
    },
    {
      why: 'a key that is missing, with what it may be',
      file: 'aha/get-user.json',
      change: (json: Json) => Object.assign(json, { effect: undefined }),
      path: 'effect',
      problem: 'is missing',
      allowed: ['read', 'write', 'destructive'],
    },
    {
      why: 'a pattern that would have to look around',
      file: 'aha/get-user.json',
      change: (json: Json) => Object.assign(at(json, 'inputs', 'userId'), { pattern: '(?=[0-9]+)[0-9]{1,25}' }),
      path: 'inputs.userId.pattern',
      problem: 'is not a regular expression of the RE2 syntax',
    },
    {
      why: 'a variable the connector does not declare',
      file: 'aha/connector.json',
      change: (json: Json) => Object.assign(json, { baseUrl: 'https://{{ variables.domain }}.aha.io' }),
      path: 'baseUrl',
      problem: '"variables.domain" does not exist',
      allowed: ['variables.subdomain'],
    },
    {
      why: 'a key in a path',
      file: 'jetbrains/license.json',
      change: (json: Json) => Object.assign(at(json, 'request'), { path: '/customer/{{ credential.apiKey }}' }),
      path: 'request.path',
      problem: '"credential" cannot be used in a request',
      allowed: ['variables', 'input', 'target'],
    },
    {
      why: 'a key in a query',
      file: 'jetbrains/revoke-license.json',
      change: (json: Json) => Object.assign(at(json, 'request'), { query: { key: '{{ credential.apiKey }}' } }),
      path: 'request.query.key',
      problem: '"credential" cannot be used in a request',
    },
    {
      why: 'a key in a body',
      file: 'aha/update-user.json',
      change: (json: Json) => Object.assign(at(json, 'request', 'body'), { key: ['{{ credential.apiKey }}'] }),
      path: 'request.body.key[0]',
      problem: '"credential" cannot be used in a request',
    },
    {
      why: 'a key in a sentence',
      file: 'jetbrains/revoke-license.json',
      change: (json: Json) => Object.assign(json, { sentence: '{{ credential.apiKey }}' }),
      path: 'sentence',
      problem: '"credential" cannot be used',
    },
    {
      why: 'a key in a response mapping',
      file: 'aha/find-user.json',
      change: (json: Json) => Object.assign(at(json, 'response'), { id: '{{ credential.apiKey }}' }),
      path: 'response.id',
      problem: '"credential" cannot be used in a response mapping',
    },
    {
      why: 'an unknown credential field',
      file: 'aha/connector.json',
      change: (json: Json) => Object.assign(at(json, 'headers'), { Authorization: 'Bearer {{ credential.token }}' }),
      path: 'headers.Authorization',
      problem: '"credential.token" does not exist',
      allowed: ['credential.apiKey'],
    },
    {
      why: 'a mistyped key',
      file: 'jetbrains/connector.json',
      change: (json: Json) => Object.assign(at(json, 'load'), { pagnation: {} }),
      path: 'load.pagnation',
      problem: '"pagnation" is not known here',
      allowed: [
        ...['request', 'csv', 'directory', 'pagination', 'records', 'as', 'seat', 'account', 'note', 'further'],
        'cacheSeconds',
      ],
    },
    {
      why: 'a mistyped key of a preset',
      file: 'jetbrains/license.json',
      change: (json: Json) => Object.assign(json, { verify: {} }),
      path: 'verify',
      problem: '"verify" is not known here',
    },
    {
      why: 'an unknown effect',
      file: 'jetbrains/license.json',
      change: (json: Json) => Object.assign(json, { effect: 'delete' }),
      path: 'effect',
      problem: 'is not one of the values allowed here',
      allowed: ['read', 'write', 'destructive'],
    },
    {
      why: 'an unknown kind of paging',
      file: 'jetbrains/connector.json',
      change: (json: Json) => Object.assign(at(json, 'load', 'pagination'), { kind: 'pages' }),
      path: 'load.pagination.kind',
      problem: 'is not one of the values allowed here',
      allowed: ['page', 'offset', 'cursor', 'next'],
    },
    {
      why: 'a missing title',
      file: 'aha/user-role.json',
      change: (json: Json) => void delete json['title'],
      path: 'title',
      problem: 'is missing',
    },
    {
      why: 'a condition that is text',
      file: 'aha/deactivate-user.json',
      change: (json: Json) => Object.assign(at(json, 'verify'), { holds: "'yes'" }),
      path: 'verify.holds',
      problem: 'must be true or false',
    },
    {
      why: 'a status a seat cannot have',
      file: 'jetbrains/connector.json',
      change: (json: Json) => Object.assign(at(json, 'seat', 'status', 0), { is: 'outdated' }),
      path: 'seat.status[0].is',
      problem: 'is not a status of a seat',
      allowed: ['active', 'free', 'suspended', 'expired', 'unavailable'],
    },
    {
      why: 'a read preset that is not there',
      file: 'aha/deactivate-user.json',
      change: (json: Json) => Object.assign(at(json, 'verify'), { run: 'get-usr' }),
      path: 'verify.run',
      problem: '"get-usr" is not a read preset of this connector',
      allowed: ['find-user', 'get-user', 'key-owner', 'paid-seat-groups', 'product-roles', 'seat-group-of-user', 'user-role'],
    },
    {
      why: 'an undo that only reads',
      file: 'aha/deactivate-user.json',
      change: (json: Json) => Object.assign(at(json, 'undo'), { run: 'get-user' }),
      path: 'undo.run',
      problem: 'is not a write preset',
      allowed: ['change-seat-group', 'deactivate-user', 'set-product-role', 'update-user'],
    },
    {
      why: 'an input the other preset does not take',
      file: 'aha/deactivate-user.json',
      change: (json: Json) => Object.assign(at(json, 'before', 0), { inputs: { userId: '{{ input.userId }}', id: 'x' } }),
      path: 'before[0].inputs.id',
      problem: 'is not an input of that preset',
      allowed: ['userId'],
    },
    {
      why: 'a field of a seat that does not exist',
      file: 'jetbrains/revoke-license.json',
      change: (json: Json) => Object.assign(json, { sentence: 'Revoke {{ seat.product.title }}' }),
      path: 'sentence',
      problem: '"seat.product.title" does not exist',
      allowed: ['seat.product.code', 'seat.product.name'],
    },
    {
      why: 'a pattern that is none',
      file: 'aha/connector.json',
      change: (json: Json) => Object.assign(at(json, 'variables', 'subdomain'), { pattern: '[a-z' }),
      path: 'variables.subdomain.pattern',
      problem: 'is not a regular expression',
    },
    {
      why: 'an id that is not the folder',
      file: 'aha/connector.json',
      change: (json: Json) => Object.assign(json, { id: 'ahaha' }),
      path: 'id',
      problem: 'must be the name of the folder',
      allowed: ['aha'],
    },
  ])('tells $why', ({ file, change, path, problem, allowed }) => {
    const found = mistakesAfter(file, change);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ file, path, ...(allowed === undefined ? {} : { allowed }) });
    expect(found[0]?.problem).toContain(problem);
  });

  it('tells all mistakes of all files at once, and loads the connectors that have none', () => {
    edit('aha/get-user.json', (json) => Object.assign(json, { titel: 'x', filter: 'recrod.id == 1' }));
    edit('aha/update-user.json', (json) => Object.assign(json, { sentence: '{{ acount.name }}', success: 'status ==' }));
    writeFileSync(join(dir, 'aha/user-role.json'), '{ "title": ');
    const { connectors, mistakes } = loadConnectors([dir]);
    expect([...connectors.keys()]).toEqual(['jetbrains']);
    expect(mistakes.map((mistake) => `${mistake.file.slice(dir.length + 1)} ${mistake.path}`).toSorted()).toEqual([
      'aha/get-user.json titel',
      'aha/update-user.json sentence',
      'aha/update-user.json success',
      'aha/user-role.json ',
    ]);
  });

  it('says so when a folder cannot be read', () => {
    expect(loadConnectors([join(dir, 'nowhere')]).mistakes).toMatchObject([{ problem: 'this folder cannot be read' }]);
  });

  it('adds a connector from another folder without a rebuild, as the guide describes it', () => {
    const blocks = [...readFileSync('docs/write-a-preset.md', 'utf8').matchAll(/```json\n([\s\S]*?)```/g)].map(
      (match) => match[1] ?? '',
    );
    const files = ['connector', 'find-user', 'remove-user'];
    expect(blocks).toHaveLength(files.length);
    mkdirSync(join(dir, 'more', 'acme'), { recursive: true });
    files.forEach((name, index) => {
      writeFileSync(join(dir, 'more', 'acme', `${name}.json`), blocks[index] ?? '');
    });
    cpSync(join(dir, 'aha/get-user.json'), join(dir, 'more/acme/get-user.json'));
    edit('more/acme/get-user.json', (json) =>
      Object.assign(json, {
        inputs: { id: { title: 'Id', kind: 'text', required: true } },
        request: { path: '/users/{{ input.id }}' },
      }),
    );
    const { connectors, mistakes } = loadConnectors([dir, join(dir, 'more')]);
    expect(mistakes).toEqual([]);
    expect([...connectors.keys()]).toEqual(['aha', 'jetbrains', 'acme']);
  });
});

import type { AccountMapping, Becoming, HoldingKind, SeatMapping } from './loaded.ts';
import type { AccountMappingFile, SeatMappingFile } from './mapping-schema.ts';
import type { FileCompiler, Path } from './mistakes.ts';
import type { Places } from './places.ts';

const STATUSES = ['active', 'free', 'suspended', 'expired', 'unavailable'];

interface BecomingFile {
  readonly as: HoldingKind | readonly HoldingKind[];
  readonly seat?: SeatMappingFile | undefined;
  readonly account?: AccountMappingFile | undefined;
}

/** What the records of a list become: by the list's own mappings, else by the connector's. */
export function compileBecoming(
  file: BecomingFile,
  path: Path,
  connector: Pick<BecomingFile, 'seat' | 'account'>,
  places: Places,
  compiler: FileCompiler,
): Becoming {
  const as = typeof file.as === 'string' ? [file.as] : [...new Set(file.as)];
  for (const kind of as) {
    if (file[kind] === undefined && connector[kind] === undefined)
      compiler.mistake([...path, 'as'], `nothing says how a record becomes ${kind === 'seat' ? 'a seat' : 'an account'}`);
  }
  for (const kind of ['seat', 'account'] as const) {
    if (file[kind] !== undefined && !as.includes(kind)) compiler.mistake([...path, kind], 'is not used: "as" does not name it');
  }
  const seat = file.seat ?? connector.seat;
  const account = file.account ?? connector.account;
  // A mapping of the connector is checked once, in its own place.
  const quiet = compiler.quiet();
  return {
    as,
    seat:
      seat === undefined || !as.includes('seat')
        ? null
        : compileSeat(seat, [...path, 'seat'], places, file.seat === undefined ? quiet : compiler),
    account:
      account === undefined || !as.includes('account')
        ? null
        : compileAccount(account, [...path, 'account'], places, file.account === undefined ? quiet : compiler),
  };
}

export function compileSeat(file: SeatMappingFile, base: Path, places: Places, compiler: FileCompiler): SeatMapping {
  const place = file.each === undefined ? places.record : places.each;
  const at = (source: string, ...path: Path) => compiler.template(source, [...base, ...path], place);
  const maybe = (source: string | undefined, ...path: Path) => (source === undefined ? null : at(source, ...path));
  const when = (source: string, ...path: Path) => compiler.condition(source, [...base, ...path], place);
  const maybeWhen = (source: string | undefined, ...path: Path) => (source === undefined ? null : when(source, ...path));
  file.holder.forEach((row, index) => {
    if (row.kind === 'person' && row.email === undefined && row.login === undefined)
      compiler.mistake([...base, 'holder', index, 'email'], 'is missing: a person is known by "email" or "login"');
  });
  file.status.forEach((row, index) => {
    if (!STATUSES.includes(row.is)) compiler.mistake([...base, 'status', index, 'is'], 'is not a status of a seat', STATUSES);
  });
  return {
    // Which records, before there is any item.
    when: file.when === undefined ? null : compiler.condition(file.when, [...base, 'when'], places.record),
    each: file.each === undefined ? null : compiler.expression(file.each, [...base, 'each'], places.record),
    id: at(file.id, 'id'),
    product: { code: at(file.product.code, 'product', 'code'), name: at(file.product.name, 'product', 'name') },
    team: file.team === undefined ? null : { id: at(file.team.id, 'team', 'id'), name: at(file.team.name, 'team', 'name') },
    status: file.status.map((row, index) => ({
      when: row.when === undefined ? null : when(row.when, 'status', index, 'when'),
      is: row.is,
    })),
    holder: file.holder.map((row, index) =>
      row.kind === 'person'
        ? {
            when: when(row.when, 'holder', index, 'when'),
            kind: row.kind,
            email: maybe(row.email, 'holder', index, 'email'),
            login: maybe(row.login, 'holder', index, 'login'),
            name: maybe(row.name, 'holder', index, 'name'),
          }
        : {
            when: when(row.when, 'holder', index, 'when'),
            kind: row.kind,
            label: at(row.label, 'holder', index, 'label'),
          },
    ),
    role: maybe(file.role, 'role'),
    lastActivity: {
      at: at(file.lastActivity.at, 'lastActivity', 'at'),
      never: when(file.lastActivity.never, 'lastActivity', 'never'),
      unknown: maybeWhen(file.lastActivity.unknown, 'lastActivity', 'unknown'),
    },
    assignedAt: maybe(file.assignedAt, 'assignedAt'),
    validUntil: maybe(file.validUntil, 'validUntil'),
    trial: maybeWhen(file.trial, 'trial'),
    autoRenews: maybe(file.autoRenews, 'autoRenews'),
    offlineCode: maybeWhen(file.offlineCode, 'offlineCode'),
  };
}

export function compileAccount(file: AccountMappingFile, base: Path, places: Places, compiler: FileCompiler): AccountMapping {
  const place = places.record;
  const at = (source: string, ...path: Path) => compiler.template(source, [...base, ...path], place);
  const maybe = (source: string | undefined, ...path: Path) => (source === undefined ? null : at(source, ...path));
  const when = (source: string, ...path: Path) => compiler.condition(source, [...base, ...path], place);
  const maybeWhen = (source: string | undefined, ...path: Path) => (source === undefined ? null : when(source, ...path));
  return {
    when: maybeWhen(file.when, 'when'),
    id: at(file.id, 'id'),
    email: maybe(file.email, 'email'),
    login: maybe(file.login, 'login'),
    name: at(file.name, 'name'),
    enabled: at(file.enabled, 'enabled'),
    administrator: when(file.administrator, 'administrator'),
    paidSeat: maybe(file.paidSeat, 'paidSeat'),
    roles: maybe(file.roles, 'roles'),
    lastActivity: {
      at: at(file.lastActivity.at, 'lastActivity', 'at'),
      never: when(file.lastActivity.never, 'lastActivity', 'never'),
      unknown: maybeWhen(file.lastActivity.unknown, 'lastActivity', 'unknown'),
    },
    createdAt: maybe(file.createdAt, 'createdAt'),
  };
}

import type { ConfigMistake } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Settings } from '../domain/settings.ts';
import type { ConnectorFile } from '../preset/schema.ts';
import type { ConfigFile } from './schema.ts';

/** What the configuration has to know about a connector: its names, variables and credential fields. */
export type ConnectorShape = Pick<ConnectorFile, 'id' | 'name' | 'variables' | 'credential'> & {
  /** Its standard fields, which a mapping may name. */
  readonly fields?: readonly { readonly label: string }[];
};

/** One integration, complete: every required variable and credential field of its connector is there. */
export interface IntegrationConfig {
  readonly id: string;
  /** What people read. */
  readonly name: string;
  readonly connectorId: string;
  readonly baseUrl: string | null;
  readonly tokenUrl: string | null;
  readonly allowHttp: boolean;
  /** By the connector's own names. */
  readonly variables: Readonly<Record<string, string>>;
  readonly credential: Readonly<Record<string, Secret>>;
  /** E-mails of logins, from the configuration and the file it names; empty when there are none. */
  readonly identities: ReadonlyMap<string, string>;
}

export interface MailConfig {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly from: string;
}

export interface Config<Loaded = ConnectorShape> {
  /** The file it came from; null when the environment alone gave it. */
  readonly file: string | null;
  /** The file's content, checked, with defaults filled in. */
  readonly content: ConfigFile;
  readonly integrations: readonly IntegrationConfig[];
  readonly settings: Settings;
  /** The server that sends e-mails to contacts; null: none. */
  readonly mail: MailConfig | null;
  /** Who a user of this machine is on the command line: operating-system user to e-mail. */
  readonly operators: Readonly<Record<string, readonly string[]>>;
  readonly connectors: ReadonlyMap<string, Loaded>;
  /** Connectors of their own, by integration, and the override file that made each. */
  readonly overrides: ReadonlyMap<string, { readonly file: string; readonly connector: Loaded }>;
  /** Where connectors were looked for. */
  readonly presetDirs: readonly string[];
  /** What is wrong in folders of connectors. Those are left out, or stay as they were when they were last right. */
  readonly presetMistakes: readonly ConfigMistake[];
  /** Integrations that cannot work, because their connector was left out. */
  readonly leftOut: readonly { readonly id: string; readonly name: string; readonly connectorId: string }[];
  /** Parts that are set, checked and kept, and that this version does not act on yet. */
  readonly idle: readonly string[];
}

import type { Connector, Connectors } from '../ports/connector.ts';

/** The integrations in force; a changed configuration replaces them all at once. */
export class LiveConnectors implements Connectors {
  #list: readonly Connector[] = [];
  #broken: ReturnType<Connectors['broken']> = [];
  #byId: ReadonlyMap<string, Connector> = new Map();

  all(): readonly Connector[] {
    return this.#list;
  }

  get(integrationId: string): Connector | null {
    return this.#byId.get(integrationId) ?? null;
  }

  broken(): ReturnType<Connectors['broken']> {
    return this.#broken;
  }

  replace(connectors: readonly Connector[], broken: ReturnType<Connectors['broken']> = []): void {
    this.#list = [...connectors];
    this.#broken = broken;
    this.#byId = new Map(connectors.map((connector) => [connector.id, connector]));
  }
}

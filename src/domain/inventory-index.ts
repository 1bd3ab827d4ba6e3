import type { Inventory } from './inventory.ts';
import { normaliseEmail } from './person.ts';
import { holderEmail, holdingName } from './seat.ts';

const SLICE = 1_000;

/** One thing a search found. */
export interface FoundPerson {
  readonly key: string;
  readonly email: string | null;
  readonly name: string;
  readonly active: boolean;
}

/** A seat or account a search found by its vendor id or a field of the company's own. */
export interface FoundHolding {
  readonly kind: 'seat' | 'account';
  readonly id: string;
  readonly title: string;
  /** Who holds it; null for a free seat, and where the vendor names nobody. */
  readonly email: string | null;
  /** The field it was found by; null for the vendor's id. */
  readonly field: string | null;
  readonly active: boolean;
}

export interface FoundName {
  readonly name: string;
  readonly count: number;
}

/** Ways into one inventory: by e-mail, product, team and any word. Built in slices, beside the inventory it belongs to. */
export class InventoryIndex {
  readonly #inventory: Inventory;
  readonly #byWho = new Map<string, string[]>();
  readonly #byProduct = new Map<string, string[]>();
  readonly #names = { products: new Map<string, number>(), teams: new Map<string, number>() };
  readonly #peopleByEmail = new Map<string, string>();
  readonly #texts: string[] = [];
  readonly #keys: string[] = [];
  #holdings: { readonly labels: readonly string[]; readonly texts: readonly string[]; readonly ids: readonly string[] } | null =
    null;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  *build(): Generator<void, InventoryIndex> {
    let count = 0;
    for (const [id, { holding, person }] of this.#inventory.holdings) {
      if (++count % SLICE === 0) yield;
      const named = holderEmail(holding);
      const email = named === null ? null : normaliseEmail(named);
      if (person !== null) put(this.#byWho, person, id);
      if (email !== null && email !== person) put(this.#byWho, email, id);
      if (holding.kind === 'account') continue;
      put(this.#byProduct, holding.product.code, id);
      tally(this.#names.products, holding.product.name);
      if (holding.team !== null) tally(this.#names.teams, holding.team.name);
    }
    for (const [key, { fields }] of this.#inventory.people) {
      if (++count % SLICE === 0) yield;
      const email = typeof fields['email'] === 'string' ? normaliseEmail(fields['email']) : null;
      if (email !== null && email !== key) this.#peopleByEmail.set(email, key);
      const words: string[] = [];
      for (const name in fields) {
        const value = fields[name];
        if (typeof value === 'string' && value !== '') words.push(value);
        else if (typeof value === 'number') words.push(String(value));
      }
      this.#texts.push(words.join('\n').toLowerCase());
      this.#keys.push(key);
    }
    return this;
  }

  /** Keys of the seats and accounts of somebody, by e-mail or sync key. */
  holdingsOf(who: string): readonly string[] {
    return this.#byWho.get(who) ?? [];
  }

  holdingsOfProduct(code: string): readonly string[] {
    return this.#byProduct.get(code) ?? [];
  }

  /** The sync key of the person with an e-mail; null when the integration does not know them. */
  keyOfEmail(email: string): string | null {
    const normal = normaliseEmail(email);
    return this.#inventory.people.has(normal) ? normal : (this.#peopleByEmail.get(normal) ?? null);
  }

  /** People with the text in any of their fields, at most `most`, and how many there are. Case does not matter. */
  findPeople(text: string, most: number): { readonly people: readonly FoundPerson[]; readonly total: number } {
    const wanted = text.trim().toLowerCase();
    const people: FoundPerson[] = [];
    let total = 0;
    for (let at = 0; at < this.#texts.length; at += 1) {
      if (!this.#texts[at]?.includes(wanted)) continue;
      total += 1;
      const person = people.length < most ? this.#inventory.people.get(this.#keys[at] ?? '') : undefined;
      if (person === undefined) continue;
      const { name, email } = person.fields;
      people.push({
        key: person.key,
        email: typeof email === 'string' ? email : null,
        name: typeof name === 'string' && name !== '' ? name : person.key,
        active: person.active,
      });
    }
    return { people, total };
  }

  /**
   * What seats and accounts are searched by: the vendor's id and the fields with these labels. To be run in slices before
   * `findHoldings`; what is built stays.
   */
  *prepareHoldings(labels: readonly string[]): Generator<void, void> {
    if (this.#holdings?.labels.join('\n') === labels.join('\n')) return;
    const texts: string[] = [];
    const ids: string[] = [];
    for (const [id, { holding }] of this.#inventory.holdings) {
      if (ids.length % SLICE === SLICE - 1) yield;
      let text = holding.externalId;
      for (const label of labels) text += `\n${holding.fields[label] ?? ''}`;
      texts.push(text.toLowerCase());
      ids.push(id);
    }
    this.#holdings = { labels, texts, ids };
  }

  /** Seats and accounts with the text in their id or one of the prepared fields, at most `most`, and how many there are. */
  findHoldings(text: string, most: number): { readonly holdings: readonly FoundHolding[]; readonly total: number } {
    const wanted = text.trim().toLowerCase();
    const { labels, texts, ids } = this.#holdings ?? { labels: [], texts: [], ids: [] };
    const holdings: FoundHolding[] = [];
    let total = 0;
    for (let at = 0; at < texts.length; at += 1) {
      if (!texts[at]?.includes(wanted)) continue;
      total += 1;
      const synced = holdings.length < most ? this.#inventory.holdings.get(ids[at] ?? '') : undefined;
      if (synced === undefined) continue;
      const { holding, person, active } = synced;
      const { kind, externalId: id } = holding;
      const email = holderEmail(holding) ?? this.#emailOf(person);
      const field =
        labels.find((label) =>
          String(holding.fields[label] ?? '')
            .toLowerCase()
            .includes(wanted),
        ) ?? null;
      holdings.push({ kind, id, title: holdingName(holding), email, field, active });
    }
    return { holdings, total };
  }

  #emailOf(key: string | null): string | null {
    const email = key === null ? null : this.#inventory.people.get(key)?.fields['email'];
    return typeof email === 'string' ? email : null;
  }

  findNames(kind: 'products' | 'teams', text: string): readonly FoundName[] {
    const wanted = text.trim().toLowerCase();
    return [...this.#names[kind]]
      .filter(([name]) => name.toLowerCase().includes(wanted))
      .map(([name, count]) => ({ name, count }));
  }
}

function put(map: Map<string, string[]>, key: string, id: string): void {
  const ids = map.get(key);
  if (ids === undefined) map.set(key, [id]);
  else ids.push(id);
}

function tally(map: Map<string, number>, name: string): void {
  map.set(name, (map.get(name) ?? 0) + 1);
}

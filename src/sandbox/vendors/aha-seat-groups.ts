import { asText, asWire } from '../wire.ts';
import { invalid, notFound } from './aha-replies.ts';
import type { AhaUser } from './aha-user.ts';
import type { Records } from './records.ts';
import type { VendorReply } from './vendor-server.ts';

/** A group of paid seats; who is in it stands in the users' own `paid_seat_group`. */
export interface AhaSeatGroup {
  readonly id: string;
  name: string;
  /** Seats bought for the group. */
  capacity: number;
  readonly administratorIds: readonly string[];
  readonly createdAt: string;
}

/** `/paid_seat_groups`: how many seats a group has, and who takes one (https://www.aha.io/api/resources/paid_seat_groups). */
export class AhaSeatGroups {
  readonly #fresh: readonly AhaSeatGroup[];
  readonly #users: Records<AhaUser>;
  readonly #now: () => Date;
  #groups: (AhaSeatGroup & { updatedAt: string })[] = [];

  constructor(groups: readonly AhaSeatGroup[], users: Records<AhaUser>, now: () => Date) {
    this.#fresh = groups;
    this.#users = users;
    this.#now = now;
    this.reset();
  }

  reset(): void {
    this.#groups = this.#fresh.map((group) => ({ ...group, updatedAt: group.createdAt }));
  }

  list(): VendorReply {
    return { status: 200, json: { paid_seat_groups: this.#groups.map((group) => this.#shown(group)) } };
  }

  update(id: string, body: unknown): VendorReply {
    const group = this.#find(id);
    if (group === undefined) return notFound();
    const { name, capacity } = asWire(body);
    if (capacity !== undefined) {
      const seats = Number(capacity);
      if (!Number.isInteger(seats) || seats < 0) return invalid('Capacity must be greater than or equal to 0');
      if (seats < this.#members(group).length) return invalid('Capacity is less than the seats that are allocated');
      group.capacity = seats;
    }
    if (typeof name === 'string' && name !== '') group.name = name;
    group.updatedAt = this.#now().toISOString();
    return { status: 200, json: this.#shown(group) };
  }

  modifyUser(id: string, body: unknown): VendorReply {
    const group = this.#find(id);
    const user = this.#users.find(asText(asWire(body)['user_id']) ?? '');
    if (group === undefined || user === undefined) return notFound();
    if (asWire(body)['remove'] === true) {
      if (groupIdOf(user) === group.id) delete user['paid_seat_group'];
      return { status: 200, json: this.#shown(group) };
    }
    if (groupIdOf(user) !== group.id && this.#members(group).length >= group.capacity)
      return invalid('The group has no seat left');
    user['paid_seat_group'] = { id: group.id, name: group.name };
    return { status: 200, json: this.#shown(group) };
  }

  #find(id: string): (AhaSeatGroup & { updatedAt: string }) | undefined {
    return this.#groups.find((group) => group.id === id);
  }

  #members(group: AhaSeatGroup): readonly AhaUser[] {
    return this.#users.list.filter((user) => user.enabled && groupIdOf(user) === group.id);
  }

  #shown(group: AhaSeatGroup & { readonly updatedAt: string }): unknown {
    const administrators = group.administratorIds.flatMap((id) => {
      const user = this.#users.find(id);
      if (user === undefined) return [];
      const { name, email, created_at, updated_at } = user;
      return [{ id, name, email, created_at, updated_at }];
    });
    return {
      id: group.id,
      name: group.name,
      administrators,
      capacity: group.capacity,
      allocated_seats: this.#members(group).length,
      description: null,
      created_at: group.createdAt,
      updated_at: group.updatedAt,
    };
  }
}

/** The vendor writes the id as a number in one version and as text in the next. */
function groupIdOf(user: AhaUser): string | undefined {
  return asText(asWire(user['paid_seat_group'])['id']);
}

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

/** A user as the server keeps it. */
export interface StoredUser {
  readonly id: string;
  userName: string;
  displayName?: string;
  active?: boolean;
  emails?: { value: string; primary?: boolean; type?: string }[];
  roles?: { value: string; type?: string }[];
  userType?: string;
  meta: { created: string; lastModified: string };
}

export interface ScimServer {
  /** Ends before `/Users`. */
  readonly url: string;
  readonly users: StoredUser[];
  /** `GET /Users?startIndex=1` and so on, as they came. */
  readonly calls: string[];
  close(): Promise<void>;
}

interface Asked {
  readonly id?: string;
  readonly filter?: { match(all: StoredUser[]): StoredUser[] };
  readonly constraints?: { readonly startIndex?: number; totalResults?: number };
}

const AT = '2025-01-05T08:00:00.000Z';

/** A SCIM service of the kind SaaS makers build: SCIMMY's own filters, paging, PATCH and errors over a list in memory. */
export async function startScimServer(token: string, users: StoredUser[]): Promise<ScimServer> {
  const calls: string[] = [];
  const find = (id: string | undefined): StoredUser => {
    const user = users.find((one) => one.id === id);
    if (user === undefined) throw new SCIMMY.Types.Error(404, null as never, `Resource ${id} not found`);
    return user;
  };
  // SCIMMY knows no kinds of roles by itself; services such as Figma have one.
  SCIMMY.Schemas.User.definition.attribute('roles.type').config.canonicalValues = ['seatType'];
  SCIMMY.Resources.declare(SCIMMY.Resources.User)
    .ingress((resource: { id?: string }, given: object) => {
      const now = { meta: { created: AT, lastModified: AT } };
      const user = resource.id === undefined ? ({ id: randomUUID(), ...now } as StoredUser) : find(resource.id);
      if (resource.id === undefined) users.push(user);
      const { meta: _meta, id: _id, schemas: _schemas, ...plain } = JSON.parse(JSON.stringify(given)) as Record<string, unknown>;
      return Object.assign(user, plain) as never;
    })
    .egress((resource: Asked) => {
      if (resource.id !== undefined) return find(resource.id) as never;
      const found = resource.filter === undefined ? users : resource.filter.match(users);
      // SCIMMY cuts a page off at its end; its start and the total are left to the service.
      const { constraints = {} } = resource;
      constraints.totalResults = found.length;
      return found.slice((constraints.startIndex ?? 1) - 1) as never;
    })
    .degress((resource: { id?: string }) => {
      users.splice(users.indexOf(find(resource.id)), 1);
    });
  const app = express();
  // SCIMMY pages by numbers alone, and leaves it to the application to make some of the query.
  app.set('query parser', (text: string) => {
    const query = Object.fromEntries(new URLSearchParams(text));
    const isNumber = (name: string): boolean => name === 'startIndex' || name === 'count';
    return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, isNumber(name) ? Number(value) : value]));
  });
  app.use((request, _response, next) => {
    calls.push(`${request.method} ${decodeURIComponent(request.originalUrl.replace('/scim/v2', ''))}`);
    next();
  });
  app.use(
    '/scim/v2',
    new SCIMMYRouters({
      type: 'bearer',
      handler: (request) => {
        if (request.header('Authorization') !== `Bearer ${token}`) throw new Error('The token is not known.');
        return 'bot';
      },
    }),
  );
  const server = app.listen(0, '127.0.0.1');
  await new Promise<void>((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim/v2`,
    users,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function storedUser(name: string, more: Partial<StoredUser> = {}): StoredUser {
  const email = `${name}@alderyard.example`;
  return {
    id: randomUUID(),
    userName: email,
    displayName: name,
    active: true,
    emails: [{ value: email, primary: true }],
    meta: { created: AT, lastModified: AT },
    ...more,
  };
}

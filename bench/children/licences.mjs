/*
 * A JetBrains that only lists licences, every page written out before, in a process of its own. The first part of the path
 * says how many there are: /100000/customer/licenses?page=1.
 */
import { createServer } from 'node:http';

const PAGE = 1_000;
const PEOPLE_PER_LICENCE = 0.8;
const books = new Map();

function licence(index) {
  const holder = Math.floor(index * PEOPLE_PER_LICENCE);
  const free = index % 10 === 0;
  const day = new Date(Date.UTC(2026, 0, 1) + (index % 300) * 86_400_000).toISOString();
  return {
    licenseId: `L${String(index).padStart(9, '0')}`,
    product: index % 3 === 0 ? { code: 'WS', name: 'WebStorm' } : { code: 'II', name: 'IntelliJ IDEA Ultimate' },
    assignee: free ? null : { type: 'USER', name: `Person Number ${holder}`, email: `person.${holder}@example.com` },
    lastSeen: free
      ? null
      : { lastAssignmentDate: day, lastSeenDate: index % 9 === 0 ? null : day, isOfflineCodeGenerated: index % 7 === 0 },
    subscription: {
      validUntilDate: '2027-01-12',
      isOutdated: index % 11 === 0,
      subscriptionPackRef: 'P1234567',
      isAutomaticallyRenewed: true,
    },
    perpetual: { isOutdated: false, upgradeDueDate: '2027-01-12' },
    team: { id: index % 40, name: `Team ${index % 40}` },
    isAvailableToAssign: free,
    isTransferableBetweenTeams: true,
    isSuspended: false,
    isTrial: false,
    domain: null,
  };
}

function bookOf(count) {
  let pages = books.get(count);
  if (pages === undefined) {
    pages = Array.from({ length: Math.ceil(count / PAGE) }, (_, page) =>
      Buffer.from(
        JSON.stringify(Array.from({ length: Math.min(PAGE, count - page * PAGE) }, (_, row) => licence(page * PAGE + row))),
      ),
    );
    books.set(count, pages);
  }
  return pages;
}

const server = createServer((request, response) => {
  request.resume();
  const url = new URL(request.url ?? '/', 'http://licences');
  const count = Number(url.pathname.split('/')[1]);
  if (!Number.isSafeInteger(count) || count < 1) {
    response.writeHead(404).end();
    return;
  }
  const body = bookOf(count)[Number(url.searchParams.get('page') ?? '1') - 1] ?? Buffer.from('[]');
  response
    .writeHead(200, { 'content-type': 'application/json', 'content-length': body.length, 'x-total-count': String(count) })
    .end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1');

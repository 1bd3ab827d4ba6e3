import { createServer } from 'node:http';

/** Lists records in pages of the vendor's shape; every page was written out before. */
const [count, size, latencyMs] = process.argv.slice(2).map(Number);
const record = (index) => ({
  licenseId: `L${String(index).padStart(9, '0')}`,
  product: { code: 'II', name: 'IntelliJ IDEA Ultimate' },
  assignee: { type: 'USER', name: `Person ${index}`, email: `person.${index}@example.com` },
  lastSeen: { lastAssignmentDate: '2026-01-02T10:00:00Z', lastSeenDate: '2026-11-02T10:00:00Z', isOfflineCodeGenerated: false },
  subscription: { validUntilDate: '2027-03-31', isOutdated: false, subscriptionPackRef: '1/ABC', isAutomaticallyRenewed: true },
  team: { id: 1234567, name: 'Engineering' },
  isAvailableToAssign: false,
  isTransferableBetweenTeams: true,
  isSuspended: false,
  isTrial: false,
});
const pages = Array.from({ length: Math.ceil(count / size) }, (_, page) =>
  Buffer.from(
    JSON.stringify(Array.from({ length: Math.min(size, count - page * size) }, (__, index) => record(page * size + index))),
  ),
);
const server = createServer((request, response) => {
  const page = Number(new URL(request.url, 'http://x').searchParams.get('page'));
  const answer = () =>
    response.writeHead(200, { 'content-type': 'application/json', 'x-total-count': String(count) }).end(pages[page - 1] ?? '[]');
  if (latencyMs > 0) setTimeout(answer, latencyMs);
  else answer();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));

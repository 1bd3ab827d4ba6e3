import { chmod, mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Log } from '../ports/log.ts';
import { ListenError, type RequestHandler } from './ops-server.ts';

/** `sun_path` has 104 bytes on macOS and 108 on Linux, one of them for the end (unix(4), unix(7)). */
const MAX_PATH_BYTES = 100;

export interface SocketServer {
  close(): Promise<void>;
}

/**
 * Where a bot with this data directory listens for the command line: in it, or in a private folder beneath the system's
 * temporary one when the path would be too long.
 */
export async function chooseSocketPath(dataDir: string): Promise<string> {
  const path = join(dataDir, 'control.sock');
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path;
  return join(await mkdtemp(join(tmpdir(), 'seatwarden-')), 'control.sock');
}

/** Serves HTTP on a unix socket that only this user may open. @throws ListenError. */
export async function startSocketServer(path: string, handler: RequestHandler, log: Log): Promise<SocketServer> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Left by a process that died: whoever starts this holds the data directory's lock, so nobody listens on it.
  await rm(path, { force: true });
  const server = createServer((request, response) => {
    if (!handler(request, response)) response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.\n');
  });
  server.on('clientError', (cause, socket) => {
    log.debug('socket.client', { cause });
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(new ListenError('config.listen', `The socket ${path} cannot be made (${cause.code ?? cause.message}).`, { cause }));
    });
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return {
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1_000).unref();
      });
      await rm(path, { force: true });
      // A folder made for the socket alone is empty now and goes with it; rmdir never takes one that holds anything.
      if (dirname(path).startsWith(join(tmpdir(), 'seatwarden-'))) await rmdir(dirname(path)).catch(() => undefined);
    },
  };
}

import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ForwardProxy {
  readonly url: string;
  /** What was asked to be connected, such as `vendor.example:443`, with the authorization given. */
  readonly tunnels: readonly { readonly to: string; readonly authorization: string | undefined }[];
  close(): Promise<void>;
}

/** A proxy that takes CONNECT; every name leads to the port on loopback that `route` says, or is refused when it says none. */
export async function startForwardProxy(
  route: (to: string) => number | null,
  account: string | null = null,
): Promise<ForwardProxy> {
  const tunnels: { to: string; authorization: string | undefined }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => void response.writeHead(405).end());
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const to = request.url ?? '';
    const authorization = request.headers['proxy-authorization'];
    tunnels.push({ to, authorization });
    client.on('error', () => undefined);
    if (account !== null && authorization !== `Basic ${Buffer.from(account).toString('base64')}`) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const port = route(to);
    if (port === null) {
      client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client);
      client.pipe(upstream);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Bare sockets that stay open: what sends the load must not cost more than what is measured. */
export class Connections {
  readonly #idle: Connection[] = [];
  readonly #all: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  private constructor(all: Connection[]) {
    this.#all = all;
    this.#idle.push(...all);
  }

  static async open(port: number, count: number): Promise<Connections> {
    const sockets = Array.from({ length: count }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      return new Connection(socket);
    });
    return new Connections(await Promise.all(sockets));
  }

  get size(): number {
    return this.#all.length;
  }

  /** Sends on the connection that has been idle longest, so that the server closes none as unused; resolves when the answer was there. Throws unless it was a 200. */
  async send(request: Buffer): Promise<void> {
    const connection = this.#idle.shift() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      await connection.send(request);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(connection);
      else next(connection);
    }
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}

class Connection {
  readonly #socket: Socket;
  #received = '';
  #done: ((status: number) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      this.#received += chunk;
      if (!isWhole(this.#received)) return;
      const status = Number(this.#received.slice(9, 12));
      this.#received = '';
      this.#done?.(status);
    });
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the server closed the connection')));
  }

  async send(request: Buffer): Promise<void> {
    if (this.#socket.destroyed) throw new Error('the server closed the connection while it was idle');
    const status = await new Promise<number>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
    this.#failed = null;
    if (status !== 200) throw new Error(`a slash command was answered with the status ${status}`);
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') || !/chunked/i.test(text) : text.length >= end + 4 + Number(length);
}

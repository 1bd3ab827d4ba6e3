import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseSocketPath, startSocketServer } from '../../src/ops/socket-server.ts';
import { DataFolders } from '../support/data-folder.ts';
import { quietLog } from '../support/quiet-log.ts';

const folders = new DataFolders();
afterEach(() => folders.cleanUp());

describe('the socket of the command line', () => {
  it('leaves a data folder alone when it closes, even one in the temporary folder', async () => {
    const data = await folders.make();
    await writeFile(join(data, 'store.json'), '{}');
    const server = await startSocketServer(join(data, 'control.sock'), () => false, quietLog);
    await server.close();
    expect(existsSync(join(data, 'store.json'))).toBe(true);
  });

  it('moves to a short private folder when the path would be too long, and takes that away again', async () => {
    const deep = join(await folders.make(), 'x'.repeat(100));
    await mkdir(deep);
    const path = await chooseSocketPath(deep);
    expect(path.length).toBeLessThanOrEqual(100);
    const server = await startSocketServer(path, () => false, quietLog);
    await server.close();
    expect(existsSync(dirname(path))).toBe(false);
  });
});

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Machine } from './check.js';

const RUN_TIMEOUT_MS = 5000;
const execute = promisify(execFile);

/** The machine that this process runs on. */
export const thisMachine: Machine = {
  nodeVersion: process.version,
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  readText(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  async run(program, args) {
    try {
      const { stdout } = await execute(program, [...args], { timeout: RUN_TIMEOUT_MS });
      return stdout;
    } catch {
      return undefined;
    }
  },
  cores: () => ({ count: availableParallelism(), model: cpus()[0]?.model.trim() ?? 'unknown' }),
  memory: () => ({ totalBytes: totalmem(), availableBytes: process.availableMemory() }),
  async diskFreeBytes(path) {
    try {
      const status = await statfs(path);
      return status.bavail * status.bsize;
    } catch {
      return undefined;
    }
  },
  async addonProblem() {
    try {
      const { loadAddon } = await import('../../addon/addon.js');
      loadAddon();
      return undefined;
    } catch (error) {
      return error instanceof Error ? (error.message.split('\n')[0] ?? 'unknown') : String(error);
    }
  },
  loopbackProblem: () =>
    new Promise((resolve) => {
      const server = createServer();
      server.once('error', (error) => resolve(error.message));
      server.listen(0, '127.0.0.1', () => server.close(() => resolve(undefined)));
    }),
  clock() {
    const readings = 20_000;
    let least = Number.POSITIVE_INFINITY;
    const start = process.hrtime.bigint();
    let previous = start;
    for (let i = 0; i < readings; i += 1) {
      const now = process.hrtime.bigint();
      const step = Number(now - previous);
      if (step > 0 && step < least) least = step;
      previous = now;
    }
    return { stepNs: least, costNs: Number(previous - start) / readings };
  },
};

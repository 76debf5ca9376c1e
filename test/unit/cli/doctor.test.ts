import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { runDoctor } from '../../../src/cli/commands/doctor.js';
import type { Machine } from '../../../src/cli/doctor/check.js';
import { ExitCode } from '../../../src/cli/exit-code.js';

const good: Machine = {
  nodeVersion: 'v20.20.2',
  platform: 'linux',
  arch: 'x64',
  env: {},
  readText: (path) =>
    path.includes('hugepage')
      ? 'always [madvise] never'
      : path.includes('clocksource')
        ? 'tsc'
        : undefined,
  run: async (program) => (program === 'sh' ? '4096\n' : `${program} 1.0\n`),
  cores: () => ({ count: 4, model: 'Test CPU' }),
  memory: () => ({ totalBytes: 16e9, availableBytes: 8e9 }),
  diskFreeBytes: async () => 50e9,
  addonProblem: async () => undefined,
  loopbackProblem: async () => undefined,
  clock: () => ({ stepNs: 40, costNs: 45 }),
};

async function examine(change: Partial<Machine>, isJson = true) {
  const stdout = new PassThrough();
  const context = {
    stdin: new PassThrough(),
    stdout,
    stderr: new PassThrough(),
    env: {},
    signal: new AbortController().signal,
  };
  const code = await runDoctor({ ...good, ...change }, { isJson }, context);
  const text = String(stdout.read());
  return { code, text, report: isJson ? JSON.parse(text) : undefined };
}

describe('hft doctor', () => {
  it('finds nothing wrong with a good machine', async () => {
    const { code, report } = await examine({});

    expect(code).toBe(ExitCode.Ok);
    expect(report.ok).toBe(true);
    expect(report.checks.every((check: { status: string }) => check.status === 'ok')).toBe(true);
  });

  it.each([
    ['Node.js', { nodeVersion: 'v20.18.0' }],
    ['native addon', { addonProblem: async () => 'no addon' }],
    ['loopback', { loopbackProblem: async () => 'EPERM' }],
  ])('fails when %s is not as it must be', async (name, change) => {
    const { code, report } = await examine(change);

    expect(code).toBe(ExitCode.Failure);
    expect(report.checks).toContainEqual(expect.objectContaining({ name, status: 'fail' }));
  });

  it.each([
    ['cores', { cores: () => ({ count: 1, model: 'x' }) }],
    ['memory', { memory: () => ({ totalBytes: 1e9, availableBytes: 5e8 }) }],
    ['disk', { diskFreeBytes: async () => 1e9 }],
    ['clock', { clock: () => ({ stepNs: 1e6, costNs: 10 }) }],
    ['CMake', { run: async () => undefined }],
    ['platform', { platform: 'darwin' }],
  ])('warns about %s but does not fail', async (name, change) => {
    const { code, report } = await examine(change);

    expect(code).toBe(ExitCode.Ok);
    const found = report.checks.find((check: { name: string }) => check.name === name);
    expect(found.status).toBe('warn');
    expect(found.advice).not.toBe('');
  });

  it('says how to get what is missing', async () => {
    const { text } = await examine({ run: async () => undefined }, false);

    expect(text).toContain('apt-get install cmake (builds the native part)');
    expect(text).toContain('everything required is there');
  });
});

// What every script needs: where the project is, and how to run a program and speak to people.
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const OUT = join(ROOT, 'out');

/** A failure with a message for people; the script ends with it and without a stack. */
export class ScriptError extends Error {}

/** One short line about what is being done. */
export function say(text) {
  process.stdout.write(`hft: ${text}\n`);
}

/** Runs `main` and ends the process with its exit code, or with 1 and a message. */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    process.stderr.write(`hft: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Runs a program with our output as its output; returns whether it ended with 0. */
export function succeeds(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    ...options,
    env: { ...process.env, ...options.env },
  });
  if (result.error) say(`${command} can't be run: ${result.error.message}`);
  return result.status === 0;
}

/** As `succeeds`, and throws where the program failed. */
export function run(command, args, options = {}) {
  if (!succeeds(command, args, options)) {
    throw new ScriptError(`failed: ${[command, ...args].join(' ')}`);
  }
}

/** Runs a program quietly: `{ ok, text }` of what it wrote, errors last. */
export function capture(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
    env: { ...process.env, ...options.env },
  });
  return { ok: result.status === 0, text: `${result.stdout ?? ''}${result.stderr ?? ''}` };
}

/** As `capture`, beside others. */
export function captureAsync(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
      env: { ...process.env, ...options.env },
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => resolve({ ok: false, text: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, text }));
  });
}

/** The full path of a program, or undefined. */
export function which(command) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** The text of a stamp under out/stamps, or ''. */
export function readStamp(name) {
  try {
    return readFileSync(join(OUT, 'stamps', name), 'utf8');
  } catch {
    return '';
  }
}

export function writeStamp(name, text) {
  mkdirSync(join(OUT, 'stamps'), { recursive: true });
  writeFileSync(join(OUT, 'stamps', name), text);
}

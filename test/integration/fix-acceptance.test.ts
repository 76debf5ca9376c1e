import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { canSwap, playScript, playSwapped } from '../fix/player.mjs';
import { CARRIED_VERSIONS, carryOver } from '../fix/versions.mjs';

const ROOT = join(import.meta.dirname, '../..');
const SCRIPTS = join(ROOT, '../shared/data/quickfix_at/server');
const DICTIONARIES = join(ROOT, 'dist/dictionaries');
const FOLDERS = existsSync(SCRIPTS) ? readdirSync(SCRIPTS) : [];
/** Two heartbeats of 30 seconds are waited for in it; it gets an acceptor of its own. */
const SLOW = '6_SendTestRequest.def';
const PATIENCE_MS = 120_000;

type Script = readonly [file: string, text: string];

let folder: string;
const programs: ChildProcess[] = [];
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-at-'));
});
afterAll(async () => {
  for (const server of servers.splice(0)) server.close();
  await Promise.all(programs.splice(0).map(ended));
  rmSync(folder, { recursive: true });
});

function ended(program: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (program.exitCode !== null || program.signalCode !== null) return resolve();
    program.once('exit', () => resolve());
    program.kill('SIGKILL');
  });
}

function dictionaryOf(version: string): string {
  if (!version.startsWith('5')) {
    return `BeginString=FIX.4.${version.slice(1)}\nDataDictionary=${DICTIONARIES}/FIX${version}.xml`;
  }
  return [
    'BeginString=FIXT.1.1',
    `DefaultApplVerID=FIX.5.0${version.slice(2)}`,
    `TransportDataDictionary=${DICTIONARIES}/FIXT11.xml`,
    `AppDataDictionary=${DICTIONARIES}/FIX${version}.xml`,
  ].join('\n');
}

function write(name: string, sessions: readonly string[], more: readonly string[]): string {
  const file = join(folder, `${name}.cfg`);
  const head = [
    ...['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y'],
    ...['SenderCompID=ISLD', 'ResetOnLogon=Y', ...more],
  ];
  writeFileSync(file, [...head, ...sessions, ''].join('\n'));
  return file;
}

const sessionOf = (version: string, target = `TW${version}`, more = '') =>
  ['[SESSION]', `TargetCompID=${target}`, dictionaryOf(version), more].join('\n');

function run(config: string): ChildProcess {
  const args = ['fix', 'accept', '--echo', '--config', config];
  const program = spawn(process.execPath, [join(ROOT, 'dist/cli/main.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  programs.push(program);
  return program;
}

/** Starts `hft fix accept --echo` with a session of every version; resolves to its port. */
async function accept(name: string): Promise<number> {
  const versions = ['40', '41', '42', '43', '44', '50', '50SP1', '50SP2'];
  const sessions = [
    ...versions.map((version) => sessionOf(version)),
    sessionOf('44', 'TW'),
    sessionOf('44', 'NO_CHECK_FIELDS_HAVE_VALUES', 'ValidateFieldsHaveValues=N'),
  ];
  const store = join(folder, name);
  mkdirSync(store);
  const settings = ['ConnectionType=acceptor', 'SocketAcceptPort=0', `FileStorePath=${store}`];
  const program = run(write(name, sessions, settings));
  return new Promise((resolve, reject) => {
    let text = '';
    program.stdout?.on('data', (chunk) => {
      text += chunk;
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    program.once('exit', () => reject(new Error(`hft fix accept ended: ${text}`)));
  });
}

function scriptsOf(name: string): Script[] {
  const path = join(SCRIPTS, name);
  return readdirSync(path)
    .filter((file) => file.endsWith('.def'))
    .sort()
    .map((file): Script => [file, readFileSync(join(path, file), 'latin1')]);
}

/** Plays scripts one after another; returns what failed. */
async function playAll(scripts: readonly Script[], port: number): Promise<string[]> {
  const failures: string[] = [];
  for (const [file, text] of scripts) {
    try {
      await playScript(text, { host: '127.0.0.1', port });
    } catch (error) {
      failures.push(`${file} ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}

/** The slow script beside the others. */
async function playShards(scripts: readonly Script[], ports: readonly number[]): Promise<string[]> {
  const [first = 0, second = 0] = ports;
  const played = await Promise.all([
    playAll(
      scripts.filter(([file]) => file !== SLOW),
      first,
    ),
    playAll(
      scripts.filter(([file]) => file === SLOW),
      second,
    ),
  ]);
  return played.flat();
}

function carried(): Script[][] {
  return CARRIED_VERSIONS.map((version) =>
    scriptsOf('fix44').flatMap(([file, text]): Script[] => {
      const script = carryOver(file, text, version);
      return script === undefined ? [] : [[`${version.name}/${file}`, script]];
    }),
  );
}

/** Listens and gives each connection of an initiator the next script; resolves to the failures. */
async function listen(scripts: readonly Script[]): Promise<[port: number, end: Promise<string[]>]> {
  const left = [...scripts];
  const failures: string[] = [];
  let finish = (_failures: string[]) => {};
  const end = new Promise<string[]>((resolve) => {
    finish = resolve;
  });
  const server = createServer({ noDelay: true }, (socket) => {
    const script = left.shift();
    if (script === undefined) {
      socket.destroy();
      return;
    }
    void playSwapped(script[1], socket)
      .catch((error: unknown) => void failures.push(`${script[0]} ${String(error)}`))
      .finally(() => {
        if (left.length === 0) finish(failures);
      });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return [address.port, end];
}

describe.skipIf(FOLDERS.length === 0)("QuickFIX's acceptance scripts", () => {
  it.concurrent('pass against our acceptor, those of FIX 4.4 in every version that they carry over to', {
    timeout: PATIENCE_MS,
  }, async ({ expect }) => {
    const ports = [await accept('first'), await accept('second')];
    const folders = FOLDERS.map(scriptsOf);
    const isCarried = FOLDERS.length === 1 && FOLDERS[0] === 'fix44';
    const sets = isCarried ? [...folders, ...carried()] : folders;
    const failures = await Promise.all(sets.map((scripts) => playShards(scripts, ports)));
    expect(failures.flat()).toEqual([]);
    expect(sets.flat().length).toBeGreaterThan(350);
  });

  it.concurrent('pass against our initiator with roles swapped', { timeout: PATIENCE_MS }, async ({
    expect,
  }) => {
    const scripts = scriptsOf('fix44').filter(([, text]) => canSwap(text));
    expect(scripts.length).toBeGreaterThan(40);
    const [port, end] = await listen(scripts);
    const settings = [
      ...['ConnectionType=initiator', 'HeartBtInt=2', 'ReconnectInterval=0'],
      ...['SocketConnectHost=127.0.0.1', `SocketConnectPort=${port}`],
    ];
    run(write('initiator', [sessionOf('44')], settings));
    expect(await end).toEqual([]);
  });
});

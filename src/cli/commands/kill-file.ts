import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { HftError } from '../../domain/errors.js';

/** The kill file of a state directory; its layout: native/stream/trading/kill_file.hpp. */
export const KILL_FILE = 'KILL';

const FIRST_LINE = 'hft-kill 1';
const ENTRY = /^(throw|release) (global|account|strategy|symbol|venue) (\d+)$/;

export type KillScope = 'global' | 'account' | 'strategy' | 'symbol' | 'venue';

/** One latch of a kill file. */
export interface KillEntry {
  readonly scope: KillScope;
  readonly id: number;
  readonly isReleased: boolean;
}

/** What a kill file says. */
export interface KillFile {
  readonly entries: readonly KillEntry[];
  /** It is there and can't be read as one: a global throw. */
  readonly isDamaged: boolean;
  /** Of its lines: what an acknowledgement names. */
  readonly crc: number;
}

/** The latches of a kill file; none where it isn't there. A damaged one is a global throw. */
export function readKillFile(path: string): KillFile {
  const text = readIfThere(path);
  if (text === undefined) return { entries: [], isDamaged: false, crc: Number.NaN };
  const at = text.lastIndexOf('crc ');
  const body = text.slice(0, Math.max(at, 0));
  const lines = body.split('\n').slice(0, -1);
  const entries = lines.slice(1).map((line) => ENTRY.exec(line));
  const isSound =
    at > 0 && lines[0] === FIRST_LINE && text === withCrc(body) && entries.every((e) => e !== null);
  if (!isSound) {
    return {
      entries: [{ scope: 'global', id: 0, isReleased: false }],
      isDamaged: true,
      crc: Number.NaN,
    };
  }
  const read = entries.flatMap((match) => {
    const [, verb, scope, id] = match ?? [];
    return [{ scope: scope as KillScope, id: Number(id), isReleased: verb === 'release' }];
  });
  return { entries: read, isDamaged: false, crc: crc32(body) };
}

/** Writes the file, flushed and renamed, its name too. Errors: HFT_DATA_FILE. */
export function writeKillFile(path: string, entries: readonly KillEntry[]): void {
  const lines = entries.map(
    ({ scope, id, isReleased }) => `${isReleased ? 'release' : 'throw'} ${scope} ${id}\n`,
  );
  const body = `${FIRST_LINE}\n${lines.join('')}`;
  // The watchdog and another command may write at the same time: each in a file of its own.
  const temporary = `${path}.${process.pid}.new`;
  try {
    const fd = openSync(temporary, 'w', 0o600);
    try {
      writeSync(fd, withCrc(body));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, path);
    const directory = openSync(dirname(path), 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `${path} can't be written`, { cause: error });
  }
}

/** What a process has answered: which file holds, and the latches in it that it does not have. */
export interface KillAnswer {
  readonly crc: number;
  readonly refused: readonly string[];
}

/** The newest answer of a process; undefined where there is none. */
export function readKillAnswer(path: string): KillAnswer | undefined {
  const [first = '', ...rest] = (readIfThere(path) ?? '').split('\n');
  const crc = /^ack (\d+)$/.exec(first)?.[1];
  if (crc === undefined) return undefined;
  const refused = rest.flatMap((line) =>
    line.startsWith('refused ') ? [line.slice('refused '.length)] : [],
  );
  return { crc: Number(crc), refused };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HftError('HFT_DATA_FILE', `${path} can't be read`, { cause: error });
  }
}

function withCrc(body: string): string {
  return `${body}crc ${crc32(body).toString(16).padStart(8, '0')}\n`;
}

/** CRC-32 of ASCII text; `zlib.crc32` is newer than the oldest Node here. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
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

/** The latches of a kill file; none where it isn't there. A damaged one is a global throw. */
export function readKillFile(path: string): KillEntry[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const at = text.lastIndexOf('crc ');
  const body = text.slice(0, Math.max(at, 0));
  const lines = body.split('\n').slice(0, -1);
  const entries = lines.slice(1).map((line) => ENTRY.exec(line));
  const isSound =
    at > 0 && lines[0] === FIRST_LINE && text === withCrc(body) && entries.every((e) => e !== null);
  if (!isSound) return [{ scope: 'global', id: 0, isReleased: false }];
  return entries.flatMap((match) => {
    const [, verb, scope, id] = match ?? [];
    return [{ scope: scope as KillScope, id: Number(id), isReleased: verb === 'release' }];
  });
}

/** Writes the file, flushed and renamed. Returns the number that an acknowledgement names. */
export function writeKillFile(path: string, entries: readonly KillEntry[]): number {
  const lines = entries.map(
    ({ scope, id, isReleased }) => `${isReleased ? 'release' : 'throw'} ${scope} ${id}\n`,
  );
  const body = `${FIRST_LINE}\n${lines.join('')}`;
  try {
    const fd = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(fd, withCrc(body));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw new HftError('HFT_DATA_FILE', `${path} can't be written`, { cause: error });
  }
  return crc32(body);
}

/** The number in an acknowledgement; NaN in anything else. */
export function killFileCrc(text: string): number {
  return Number(/^ack (\d+)\n$/.exec(text)?.[1]);
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

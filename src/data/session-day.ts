import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CaptureFormat } from './capture-entry.js';

/** An ITCH message with its length takes about so many bytes; gzip makes it a third. */
const ITCH_MESSAGE_BYTES = 28;
const GZIP_RATIO_MAX = 5;
const ITCH_MESSAGES_MIN = 1_000_000;

/** Midnight in New York of a calendar day, in milliseconds UTC. */
export function newYorkMidnightMs(year: number, month: number, day: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/New_York',
    hour: 'numeric',
    hourCycle: 'h23',
  });
  const noonUtc = Date.UTC(year, month - 1, day, 12);
  // At noon UTC it is 7 or 8 o'clock there; the clocks change in the night before, never at noon,
  // and a day on which they change begins by the old clock.
  const offsetHours = 12 - Number(format.format(noonUtc));
  const midnight = Date.UTC(year, month - 1, day, offsetHours);
  return Number(format.format(midnight)) === 0
    ? midnight
    : Date.UTC(year, month - 1, day, 9 - offsetHours);
}

/** What the name of a capture says of its session, and what lies beside it. */
export interface SessionFacts {
  /** Midnight in New York of its day, in milliseconds UTC; 0 where the name has no date. */
  readonly midnightMs: number;
  /** LOBSTER: the symbol; empty where the name has none. */
  readonly symbol: string;
  /** LOBSTER: the text of the orderbook file beside it; empty where there is none. */
  readonly rows: Buffer;
  /** ITCH: messages of the file, about. */
  readonly itchMessagesMax: number;
}

async function readIfThere(path: string): Promise<Buffer> {
  for (const name of [path, `${path}.gz`, path.replace(/\.gz$/, '')]) {
    try {
      const bytes = await readFile(name);
      return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return Buffer.alloc(0);
}

async function itchMessages(path: string): Promise<number> {
  const size = path === '-' ? 0 : (await stat(path)).size;
  const bytes = path.endsWith('.gz') ? size * GZIP_RATIO_MAX : size;
  return Math.max(ITCH_MESSAGES_MIN, Math.ceil(bytes / ITCH_MESSAGE_BYTES));
}

/** Reads what the name and the neighbours of a capture say: LOBSTER and ITCH files have no date. */
export async function sessionFacts(format: CaptureFormat, path: string): Promise<SessionFacts> {
  const none = { midnightMs: 0, symbol: '', rows: Buffer.alloc(0), itchMessagesMax: 0 };
  const name = basename(path);
  if (format === 'itch') {
    const date = /(?:^|\D)(\d{2})(\d{2})(\d{4})(?:\D|$)/.exec(name);
    const midnightMs =
      date === null ? 0 : newYorkMidnightMs(Number(date[3]), Number(date[1]), Number(date[2]));
    return { ...none, midnightMs, itchMessagesMax: await itchMessages(path) };
  }
  if (format !== 'lobster') return none;
  const parts = /^([^_]+)_(\d{4})-(\d{2})-(\d{2})_/.exec(name);
  const rows = name.includes('_message_')
    ? await readIfThere(join(dirname(path), name.replace('_message_', '_orderbook_')))
    : Buffer.alloc(0);
  return {
    ...none,
    rows,
    symbol: parts?.[1] ?? '',
    midnightMs:
      parts === null ? 0 : newYorkMidnightMs(Number(parts[2]), Number(parts[3]), Number(parts[4])),
  };
}

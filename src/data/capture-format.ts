import { basename } from 'node:path';
import { HftError } from '../domain/errors.js';
import { CAPTURE_FORMATS, type CaptureFormat, type CaptureReader } from './capture-entry.js';
import { ITCH_BYTES_BY_TYPE, ItchReader } from './itch-reader.js';
import {
  createCryptofeedParser,
  LineReader,
  parseHftbacktestLine,
  parseLobsterLine,
} from './line-reader.js';
import { RECORDING_MAGIC } from './recording-format.js';
import { RecordingReader } from './recording-reader.js';

/** How many first bytes `detectCaptureFormat` needs. */
export const DETECT_BYTES = 64 << 10;

/** The format with that name. Errors: HFT_ARGUMENT. */
export function parseCaptureFormat(name: string): CaptureFormat {
  const found = CAPTURE_FORMATS.find((format) => format === name);
  if (found !== undefined) return found;
  throw new HftError(
    'HFT_ARGUMENT',
    `unknown capture format "${name}"; known: ${CAPTURE_FORMATS.join(', ')}`,
  );
}

/** The format of a capture by its first decompressed bytes, then by its name. */
export function detectCaptureFormat(head: Buffer, path: string): CaptureFormat | undefined {
  if (head.subarray(0, RECORDING_MAGIC.length).equals(RECORDING_MAGIC)) return 'recording';
  if (looksLikeItch(head)) return 'itch';
  // A damaged first line must not hide the format: the first line that is known decides.
  for (const line of head.toString('latin1').split('\n')) {
    const format = formatOfLine(line);
    if (format !== undefined) return format;
  }
  const name = basename(path).toLowerCase();
  if (name.includes('itch')) return 'itch';
  if (name.includes('_message_')) return 'lobster';
  return name.includes('.hftrec') ? 'recording' : undefined;
}

/** A reader of captures of that format. */
export function createCaptureReader(format: CaptureFormat): CaptureReader {
  switch (format) {
    case 'hftbacktest':
      return new LineReader(parseHftbacktestLine);
    case 'cryptofeed':
      return new LineReader(createCryptofeedParser());
    case 'lobster':
      return new LineReader(parseLobsterLine);
    case 'itch':
      return new ItchReader();
    case 'recording':
      return new RecordingReader();
  }
}

function formatOfLine(line: string): CaptureFormat | undefined {
  if (/^\S+:\/\/\S+ (<->|<-|->) \d/.test(line)) return 'cryptofeed';
  if (/^\d{1,19} /.test(line)) return 'hftbacktest';
  if (/^\d+(\.\d+)?: /.test(line)) return 'cryptofeed';
  return /^\d+(\.\d+)?,-?\d+,-?\d+,-?\d+,-?\d+,-?\d+\r?$/.test(line) ? 'lobster' : undefined;
}

function looksLikeItch(head: Buffer): boolean {
  let at = 0;
  let known = 0;
  while (known < 4 && at + 3 <= head.length) {
    const length = head.readUInt16BE(at);
    const type = String.fromCharCode(head[at + 2] ?? 0);
    if (length === 0 || length !== ITCH_BYTES_BY_TYPE[type]) return false;
    known += 1;
    at += 2 + length;
  }
  return known > 0;
}

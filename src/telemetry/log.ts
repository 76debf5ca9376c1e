import { HftError } from '../domain/errors.js';

/** The levels of a log, from the most to the least talkative. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a log line carries beside its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A structured log.
 *
 * Never called per market-data message: a line costs microseconds.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A log whose every line carries `fields` too. */
  child(fields: LogFields): Logger;
}

/** How `createLogger` writes. */
export interface LoggerOptions {
  /** The least level that is written; `silent` writes nothing. Default: `info`. */
  readonly level?: LogLevel | 'silent';
  /** One JSON object a line, or a line for people. Default: `json`. */
  readonly style?: 'json' | 'pretty';
  /** Where a finished line (with its line feed) goes. Default: standard error. */
  readonly write?: (line: string) => void;
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Fields of every line. */
  readonly fields?: LogFields;
}

const MASK = '***';
const SECRET_WORDS = [
  'secret',
  'password',
  'passphrase',
  'token',
  'api[-_]?key',
  'authorization',
  'signature',
  'private',
  'listenkey',
  'cookie',
].join('|');
const SECRET_NAME = new RegExp(`^(key|auth|sign)$|${SECRET_WORDS}`, 'i');
const SECRET_IN_TEXT = new RegExp(`\\b((?:key|[\\w-]*(?:${SECRET_WORDS}))=)[^&\\s"']+`, 'gi');
const USER_IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi;
const BEARER = /\b(bearer|basic)\s+[a-z0-9._~+/=-]+/gi;
/** Deeper structures are cut: a log line is for reading. */
const DEPTH_MAX = 6;

/** A log that masks secrets by field name and inside text (query strings, URLs, headers). */
export function createLogger(options: LoggerOptions = {}): Logger {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const now = options.now ?? Date.now;
  const style = options.style ?? 'json';
  const level = options.level ?? 'info';
  const threshold = level === 'silent' ? LOG_LEVELS.length : LOG_LEVELS.indexOf(level);

  const build = (base: LogFields): Logger => {
    const emit = (at: LogLevel, message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(at) < threshold) return;
      const masked = maskSecrets({ ...base, ...fields }) as Record<string, unknown>;
      const line = { time: new Date(now()).toISOString(), level: at, message: maskText(message) };
      write(style === 'json' ? toJson({ ...masked, ...line }) : toPretty(line, masked));
    };
    return {
      debug: (message, fields) => emit('debug', message, fields),
      info: (message, fields) => emit('info', message, fields),
      warn: (message, fields) => emit('warn', message, fields),
      error: (message, fields) => emit('error', message, fields),
      child: (fields) => build({ ...base, ...fields }),
    };
  };
  return build(options.fields ?? {});
}

/** A copy of `value` with secrets masked: by the name of their field, and inside text. */
export function maskSecrets(value: unknown): unknown {
  return mask(value, 0, new Set());
}

/** `text` with the values of secret query parameters, URL credentials and tokens masked. */
export function maskText(text: string): string {
  return text
    .replace(USER_IN_URL, `$1${MASK}@`)
    .replace(SECRET_IN_TEXT, `$1${MASK}`)
    .replace(BEARER, `$1 ${MASK}`);
}

function mask(value: unknown, depth: number, path: Set<unknown>): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_MAX || path.has(value)) return '[…]';
  path.add(value);
  const masked = maskObject(value, depth, path);
  path.delete(value);
  return masked;
}

function maskObject(value: object, depth: number, path: Set<unknown>): unknown {
  if (value instanceof Error) {
    const code = value instanceof HftError ? { code: value.code } : {};
    const cause = value.cause === undefined ? {} : { cause: mask(value.cause, depth + 1, path) };
    return { ...code, name: value.name, message: maskText(value.message), ...cause };
  }
  if (Array.isArray(value)) return value.map((item) => mask(item, depth + 1, path));
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    result[name] = SECRET_NAME.test(name) && item != null ? MASK : mask(item, depth + 1, path);
  }
  return result;
}

function toJson(line: Record<string, unknown>): string {
  const { time, level, message, ...fields } = line;
  return `${JSON.stringify({ time, level, message, ...fields })}\n`;
}

function toPretty(
  line: { time: string; level: LogLevel; message: string },
  fields: Record<string, unknown>,
): string {
  const details = Object.entries(fields)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const clock = line.time.slice(11, 23);
  const text = `${clock} ${line.level.toUpperCase().padEnd(5)} ${line.message}`;
  return `${details === '' ? text : `${text}  ${details}`}\n`;
}

import { describe, expect, it } from 'vitest';
import { HftError } from '../../../src/domain/errors.js';
import { createLogger, maskSecrets, maskText } from '../../../src/telemetry/log.js';

function recordingLogger(options: Parameters<typeof createLogger>[0] = {}) {
  const lines: string[] = [];
  const logger = createLogger({ now: () => 0, write: (line) => lines.push(line), ...options });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes one JSON object a line with time, level and message first', () => {
    const { logger, lines } = recordingLogger();

    logger.info('connected', { venue: 'loopback', port: 80n });

    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"connected",' +
        '"venue":"loopback","port":"80"}\n',
    ]);
  });

  it('leaves out lines below its level', () => {
    const { logger, lines } = recordingLogger({ level: 'warn' });

    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');

    expect(lines.map((line) => JSON.parse(line).message)).toEqual(['c', 'd']);
  });

  it('writes nothing when silent', () => {
    const { logger, lines } = recordingLogger({ level: 'silent' });

    logger.error('lost');

    expect(lines).toEqual([]);
  });

  it('gives the fields of a child to each of its lines', () => {
    const { logger, lines } = recordingLogger();

    logger.child({ feed: 'a' }).warn('gap', { count: 2 });

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ feed: 'a', count: 2, message: 'gap' });
  });

  it('writes a line for people', () => {
    const { logger, lines } = recordingLogger({ style: 'pretty' });

    logger.info('connected', { venue: 'loopback' });

    expect(lines).toEqual(['00:00:00.000 INFO  connected  venue=loopback\n']);
  });

  it('does not let a field replace the message or its level', () => {
    const { logger, lines } = recordingLogger();

    logger.info('true', { message: 'false', level: 'error' });

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ message: 'true', level: 'info' });
  });
});

describe('maskSecrets', () => {
  it('masks secrets by the name of their field, at any depth', () => {
    const masked = maskSecrets({
      apiKey: 'a',
      api_key: 'b',
      headers: { 'X-MBX-APIKEY': 'c', Authorization: 'd' },
      list: [{ secret_key: 'e', passphrase: 'f' }],
      symbol: 'BTCUSDT',
    });

    expect(masked).toEqual({
      apiKey: '***',
      api_key: '***',
      headers: { 'X-MBX-APIKEY': '***', Authorization: '***' },
      list: [{ secret_key: '***', passphrase: '***' }],
      symbol: 'BTCUSDT',
    });
  });

  it('masks secrets inside text and errors', () => {
    const error = new HftError('HFT_TRANSPORT', 'GET https://u:p@host/x?symbol=A&signature=abc');

    expect(maskSecrets({ error })).toEqual({
      error: {
        code: 'HFT_TRANSPORT',
        name: 'HftError',
        message: 'GET https://***@host/x?symbol=A&signature=***',
      },
    });
    expect(maskText('Authorization: Bearer abc.def')).toBe('Authorization: Bearer ***');
  });

  it('survives a circle', () => {
    const circle: Record<string, unknown> = { name: 'x' };
    circle['self'] = circle;

    expect(maskSecrets(circle)).toEqual({ name: 'x', self: '[…]' });
  });
});

import { describe, expect, it } from 'vitest';
import { parseWebSocketUrl } from '../../../src/transport/web-socket.js';

describe('parseWebSocketUrl', () => {
  it('takes the scheme’s own port, and leaves it out of the Host header', () => {
    expect(parseWebSocketUrl('wss://stream.example:443/ws/btcusdt?x=1')).toEqual({
      isSecure: true,
      host: 'stream.example',
      hostname: 'stream.example',
      port: 443,
      path: '/ws/btcusdt?x=1',
      authorization: undefined,
    });
    expect(parseWebSocketUrl('ws://h:8080')).toMatchObject({
      host: 'h:8080',
      port: 8080,
      path: '/',
    });
  });

  it('takes the brackets off an IPv6 address', () => {
    expect(parseWebSocketUrl('ws://[::1]:9/')).toMatchObject({ host: '[::1]:9', hostname: '::1' });
  });

  it('turns user and password into an Authorization header', () => {
    expect(parseWebSocketUrl('ws://us%40er:pa%3Ass@h/').authorization).toBe(
      `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`,
    );
  });

  it('refuses other URLs without repeating their secrets', () => {
    for (const url of ['', 'http://h/', 'ws://', 'ws://h/#f', 'wss://user:secret@h:99999/']) {
      expect(() => parseWebSocketUrl(url)).toThrow(/must be a ws: or wss: URL/);
    }
  });
});

import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { WebSocketConnection } from '../../../src/transport/web-socket.js';
import { frame, type RawServer, Recorder, serveBytes, TRANSPORTS } from './loopback.js';

const TEXT = 0x81;
const CLOSE = 0x88;
const PING = 0x89;
const bytes = (...values: number[]): Buffer => Buffer.from(values);
const closeFrame = (code: number, reason = ''): Buffer => {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(CLOSE, Buffer.concat([payload, Buffer.from(reason)]));
};

/** What a server may not send, and the close code that answers it. */
const ILLEGAL: readonly { name: string; sent: Buffer; code: number }[] = [
  { name: 'RSV1 without an extension', sent: frame(0xc1, 'x'), code: 1002 },
  { name: 'RSV2', sent: frame(0xa1, 'x'), code: 1002 },
  { name: 'RSV3', sent: frame(0x91, 'x'), code: 1002 },
  { name: 'RSV1 on a ping', sent: frame(0xc9, 'x'), code: 1002 },
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => ({
    name: `opcode ${opcode}`,
    sent: frame(0x80 | opcode, ''),
    code: 1002,
  })),
  { name: 'a masked frame', sent: bytes(TEXT, 0x81, 1, 2, 3, 4, 0x60), code: 1002 },
  { name: 'a ping of 126 bytes', sent: frame(PING, Buffer.alloc(126)), code: 1002 },
  { name: 'a close of 126 bytes', sent: frame(CLOSE, Buffer.alloc(126, 3)), code: 1002 },
  { name: 'a fragmented ping', sent: frame(0x09, 'x'), code: 1002 },
  { name: 'a fragmented close', sent: frame(0x08, ''), code: 1002 },
  { name: 'a continuation without a start', sent: frame(0x80, 'x'), code: 1002 },
  {
    name: 'a continuation after a complete message',
    sent: Buffer.concat([frame(TEXT, 'a'), frame(0x80, 'x')]),
    code: 1002,
  },
  {
    name: 'a new message inside a message',
    sent: Buffer.concat([frame(0x01, 'a'), frame(TEXT, 'b')]),
    code: 1002,
  },
  { name: 'text that is not UTF-8', sent: frame(TEXT, bytes(0x61, 0xff)), code: 1007 },
  { name: 'text that ends inside a character', sent: frame(TEXT, bytes(0xe2, 0x82)), code: 1007 },
  { name: 'a surrogate', sent: frame(TEXT, bytes(0xed, 0xa0, 0x80)), code: 1007 },
  {
    name: 'fragments whose cut character never ends',
    sent: Buffer.concat([frame(0x01, bytes(0xe2, 0x82)), frame(0x80, 'a')]),
    code: 1007,
  },
  { name: 'a close of one byte', sent: frame(CLOSE, bytes(3)), code: 1002 },
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => ({
    name: `close code ${code}`,
    sent: closeFrame(code),
    code: 1002,
  })),
  {
    name: 'a close reason that is not UTF-8',
    sent: frame(CLOSE, bytes(3, 0xe8, 0xff)),
    code: 1007,
  },
];

const LEGAL: readonly { name: string; sent: Buffer; messages: string[] }[] = [
  {
    name: 'a character cut by a frame',
    sent: Buffer.concat([frame(0x01, bytes(0xe2, 0x82)), frame(0x80, bytes(0xac))]),
    messages: ['€'],
  },
  {
    name: 'control frames between fragments',
    sent: Buffer.concat([
      frame(0x01, 'a'),
      frame(PING, 'p'),
      frame(0x00, ''),
      frame(0x8a, 'unsolicited'),
      frame(0x80, 'b'),
    ]),
    messages: ['ab'],
  },
  { name: 'an empty message', sent: frame(TEXT), messages: [''] },
  {
    name: 'empty fragments',
    sent: Buffer.concat([frame(0x01), frame(0x00), frame(0x80)]),
    messages: [''],
  },
  {
    name: 'many messages in one segment',
    sent: Buffer.concat(Array.from({ length: 300 }, (_, i) => frame(TEXT, String(i)))),
    messages: Array.from({ length: 300 }, (_, i) => String(i)),
  },
];

describe.each(TRANSPORTS)('the $name transport', ({ name: transport, open }) => {
  let server: RawServer | undefined;
  let connection: WebSocketConnection | undefined;

  afterEach(async () => {
    connection?.terminate();
    await server?.stop();
  });

  it.each(ILLEGAL)('fails the connection with $code on $name', async ({ sent, code }) => {
    const recorder = new Recorder();
    const served = await serveBytes(Buffer.concat([sent, frame(TEXT, 'never seen')]));
    server = served.server;
    connection = open({ url: server.url }, recorder.handlers);
    const answers = await served.answered;
    expect(answers.filter((answer) => answer.first === CLOSE)).toHaveLength(1);
    const close = answers.find((answer) => answer.first === CLOSE);
    expect(close?.payload.readUInt16BE(0)).toBe(code);
    expect(answers.every((answer) => answer.isMasked)).toBe(true);
    expect((await recorder.closed).code).toBe(1006);
    expect(recorder.error?.kind).toBe(code === 1007 ? 'bad-payload' : 'protocol-violation');
    expect(recorder.messages.map((message) => message.data.toString())).not.toContain('never seen');
  });

  it.each(LEGAL)('takes $name', async ({ sent, messages }) => {
    const recorder = new Recorder();
    const served = await serveBytes(Buffer.concat([sent, closeFrame(1000, 'end')]));
    server = served.server;
    connection = open({ url: server.url }, recorder.handlers);
    expect(await recorder.closed).toEqual({ code: 1000, reason: 'end' });
    expect(recorder.messages.map((message) => message.data.toString())).toEqual(messages);
    expect(recorder.error).toBeUndefined();
  });

  it('ignores what follows a close frame', async () => {
    const recorder = new Recorder();
    const served = await serveBytes(Buffer.concat([closeFrame(1000), frame(TEXT, 'late')]));
    server = served.server;
    connection = open({ url: server.url }, recorder.handlers);
    expect((await recorder.closed).code).toBe(1000);
    expect(recorder.messages).toEqual([]);
  });

  it('fails a compressed message that does not inflate', async () => {
    const recorder = new Recorder();
    const served = await serveBytes(frame(0xc1, bytes(0xff, 0xff, 0xff)), {
      lines: ['Sec-WebSocket-Extensions: permessage-deflate'],
    });
    server = served.server;
    connection = open({ url: server.url, deflate: true }, recorder.handlers);
    const close = (await served.answered).find((answer) => answer.first === CLOSE);
    expect(close?.payload.readUInt16BE(0)).toBe(1007);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('bad-payload');
  });

  it('stops inflating a message beyond its limit', async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 << 20), { finishFlush: 2 }).subarray(0, -4);
    const recorder = new Recorder();
    const served = await serveBytes(frame(0xc2, bomb), {
      lines: ['Sec-WebSocket-Extensions: permessage-deflate'],
    });
    server = served.server;
    connection = open(
      { url: server.url, deflate: true, messageBytesMax: 1 << 20 },
      recorder.handlers,
    );
    const close = (await served.answered).find((answer) => answer.first === CLOSE);
    expect(close?.payload.readUInt16BE(0)).toBe(1009);
    await recorder.closed;
    expect(recorder.error?.kind).toBe('message-too-big');
  });

  // `ws` takes longer forms of a length than needed, and answers the high bit with 1009.
  it.runIf(transport === 'native').each([
    {
      name: '16 bits for 5 bytes',
      sent: Buffer.concat([bytes(TEXT, 126, 0, 5), Buffer.from('hello')]),
    },
    {
      name: '64 bits for 5 bytes',
      sent: Buffer.concat([bytes(TEXT, 127, 0, 0, 0, 0, 0, 0, 0, 5), Buffer.from('hello')]),
    },
    { name: 'the high bit of 64', sent: bytes(0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 1) },
  ])('fails a length that is not in its one legal form: $name', async ({ sent }) => {
    const recorder = new Recorder();
    const served = await serveBytes(sent);
    server = served.server;
    connection = open({ url: server.url }, recorder.handlers);
    const close = (await served.answered).find((answer) => answer.first === CLOSE);
    expect(close?.payload.readUInt16BE(0)).toBe(1002);
    await recorder.closed;
  });
});

import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { FixSessions } from '../../src/connectors/fix/fix-session.js';
import { completeMessage, takeMessage, utcText } from '../fix/script.mjs';
import { eventually, startFixSide } from './fix-sides.js';

const SOH = '\u0001';
const open: FixSessions[] = [];
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(open.splice(0).map((group) => group.close()));
});

/** An acceptor, and the MsgSeqNum or ClOrdID of what its application got. */
function startAcceptor(more: readonly string[] = []) {
  const settings = [
    ...['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y'],
    ...['HeartBtInt=30', 'UseDataDictionary=N', 'ConnectionType=acceptor', 'SocketAcceptPort=0'],
    ...more,
    ...['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=S', 'TargetCompID=C', ''],
  ];
  const { group, session, events } = startFixSide(settings.join('\n'));
  open.push(group);
  const ids = () =>
    events.flatMap((event) => (event.kind === 'message' ? [fieldOf(event.message, 11)] : []));
  return { session, events, ids };
}

function fieldOf(message: string, tag: number): string {
  const found = message.split(SOH).find((field) => field.startsWith(`${tag}=`));
  return found?.slice(`${tag}=`.length) ?? '';
}

/** A counterparty of bytes alone: it writes what it is told and answers nothing by itself. */
class RawClient {
  readonly got: string[] = [];
  isEnded = false;
  readonly #socket: Socket;
  #rest = '';
  #number = 0;

  static async logOn(port: number): Promise<RawClient> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    sockets.push(socket);
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const client = new RawClient(socket);
    client.write(client.message('35=A', '98=0|108=30|'));
    await eventually(() => client.got.some((message) => fieldOf(message, 35) === 'A'));
    return client;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#rest += chunk.toString('latin1');
      for (;;) {
        const taken = takeMessage(this.#rest);
        if (taken === undefined) return;
        this.got.push(taken.message);
        this.#rest = taken.rest;
      }
    });
    for (const end of ['end', 'close', 'error']) {
      socket.on(end, () => {
        this.isEnded = true;
      });
    }
  }

  /** The next message of `type`, its number counted. */
  message(type: string, body: string, number = this.#number + 1): string {
    this.#number = number;
    const head = `8=FIX.4.4|${type}|34=${number}|49=C|52=${utcText(Date.now())}|56=S|`;
    return completeMessage((head + body).replaceAll('|', SOH), Date.now());
  }

  write(text: string): void {
    this.#socket.write(Buffer.from(text, 'latin1'));
  }

  async writeNow(text: string): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#socket.write(Buffer.from(text, 'latin1'), () => resolve());
    });
  }

  /** The session answers: whatever came before is done. */
  async isAlive(id: string): Promise<void> {
    this.write(this.message('35=1', `112=${id}|`));
    await eventually(() => this.got.some((message) => fieldOf(message, 112) === id));
  }
}

const order = (id: string) => `11=${id}|55=A|54=1|38=1|40=1|`;

describe('An acceptor', () => {
  it('reads messages that are split at every byte', async () => {
    const { session, ids } = startAcceptor();
    const client = await RawClient.logOn(session.info.port);
    const sent: string[] = [];
    const length = client.message('35=D', order('000'), 1).length;
    client.message('', '', 1);
    for (let at = 1; at < length; at += 1) {
      const id = String(at).padStart(3, '0');
      const message = client.message('35=D', order(id));
      await client.writeNow(message.slice(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      await client.writeNow(message.slice(at));
      sent.push(id);
    }
    const last = client.message('35=D', order('bytes'));
    for (const byte of last) await client.writeNow(byte);
    await eventually(() => ids().length === sent.length + 1);
    expect(ids()).toEqual([...sent, 'bytes']);
  });

  it('takes a flood in order, with garbage between the messages', async () => {
    const { session, ids } = startAcceptor();
    const client = await RawClient.logOn(session.info.port);
    const count = 20_000;
    const parts: string[] = [];
    for (let at = 0; at < count; at += 1) {
      parts.push(client.message('35=D', order(String(at))));
      if (at % 97 === 0) parts.push('garbage 8=FI 9=\n\0', '8=FIX.4.4\u00019=x\u000135=D\u0001');
    }
    client.write(parts.join(''));
    await eventually(() => ids().length === count);
    expect(ids().every((id, at) => id === String(at))).toBe(true);
    await client.isAlive('after');
  });

  it('passes over what is too long, has a wrong checksum or a length that lies', async () => {
    const { session, ids, events } = startAcceptor(['MaxMessageBytes=4096']);
    const client = await RawClient.logOn(session.info.port);
    const wrong = client.message('35=D', order('wrong')).replace(/10=\d+/, '10=999');
    client.message('', '', 1);
    client.write(wrong);
    const long = client.message('35=D', `58=${'x'.repeat(100_000)}|${order('long')}`);
    client.message('', '', 1);
    client.write(long);
    client.write(`8=FIX.4.4${SOH}9=99999999${SOH}35=D${SOH}34=2${SOH}`);
    client.write(client.message('35=D', order('good')));
    await eventually(() => ids().length === 1);
    expect(ids()).toEqual(['good']);
    expect(events.some(({ kind }) => kind === 'logout')).toBe(false);
    await client.isAlive('after');
  });

  it('answers overlapping storms of ResendRequests, in both directions', async () => {
    const { session, ids } = startAcceptor();
    const client = await RawClient.logOn(session.info.port);
    const reports = 300;
    for (let at = 0; at < reports; at += 1) session.send('8', [[37, `r${at}`]]);
    await eventually(() => client.got.length === reports + 1);
    const before = client.got.length;
    // A hundred overlapping ranges, open ones among them, while our own numbers have a gap that
    // the other side asks to have filled at the same time.
    const ranges = Array.from({ length: 100 }, (_none, at): [number, number] => {
      const begin = 1 + ((at * 37) % reports);
      return [begin, at % 5 === 0 ? 0 : Math.min(reports + 1, begin + 40)];
    });
    const storm = ranges.map(([begin, end]) => client.message('35=2', `7=${begin}|16=${end}|`));
    client.write(storm.slice(0, 50).join(''));
    const gapAt = 52;
    const behind = client.message('35=D', order('behind the gap'), gapAt + 10);
    client.write(behind);
    const asked = await eventually(() =>
      client.got.slice(before).find((message) => fieldOf(message, 35) === '2'),
    );
    expect(Number(fieldOf(asked, 7))).toBe(gapAt);
    const fill = client.message(
      '35=4',
      `43=Y|122=20200101-00:00:00|123=Y|36=${gapAt + 10}|`,
      gapAt,
    );
    client.write(fill);
    // What came behind the gap was kept: it is not sent again.
    client.message('', '', gapAt + 10);
    client.write(
      ranges
        .slice(50)
        .map(([begin, end]) => client.message('35=2', `7=${begin}|16=${end}|`))
        .join(''),
    );
    await client.isAlive('after');
    // Each range is answered whole: reports again as PossDup, or gap fills in their place.
    const answers = client.got.slice(before).filter((message) => fieldOf(message, 43) === 'Y');
    const total = ranges.reduce((sum, [begin, end]) => {
      const last = end === 0 ? reports + 1 : end;
      return sum + (last - Math.max(begin, 2) + 1);
    }, 0);
    const again = answers.filter((message) => fieldOf(message, 35) === '8');
    expect(again.length).toBeGreaterThanOrEqual(total - ranges.length);
    expect(again.every((message) => fieldOf(message, 122) !== '')).toBe(true);
    expect(ids()).toEqual(['behind the gap']);
    expect(client.isEnded).toBe(false);
    expect(session.isLoggedOn).toBe(true);
  });
});

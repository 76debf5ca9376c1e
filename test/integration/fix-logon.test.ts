import { createHash, createHmac, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { FixSessions } from '../../src/connectors/fix/fix-session.js';
import { eventually, startFixSide } from './fix-sides.js';

const SOH = '\u0001';
const DICTIONARY = join(import.meta.dirname, '../../dist/dictionaries/FIX44.xml');
/** The example key of Binance's documentation. */
const ED25519 = 'MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u';
const HMAC = 'dmVudWUtZmFjdC1zaGVldC10ZXN0LXNlY3JldC0wMDAx';

const open: FixSessions[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((group) => group.close()));
});

const STANDARD = [
  ...['[DEFAULT]', 'StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y'],
  ...['HeartBtInt=30', 'ReconnectInterval=0'],
];

function start(settings: readonly string[]) {
  const side = startFixSide([...STANDARD, ...settings, ''].join('\n'));
  open.push(side.group);
  return side;
}

/** A buyer that has logged on at a seller, each with what both were told. */
async function pair(buyerSettings: readonly string[], sellerSettings: readonly string[]) {
  const seller = start([
    ...['ConnectionType=acceptor', 'SocketAcceptPort=0', ...sellerSettings],
    ...['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=S', 'TargetCompID=C'],
  ]);
  const buyer = start([
    ...['ConnectionType=initiator', `SocketConnectPort=${seller.session.info.port}`],
    ...['UseDataDictionary=N', ...buyerSettings],
    ...['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=C', 'TargetCompID=S'],
  ]);
  await eventually(() => buyer.session.isLoggedOn && seller.session.isLoggedOn);
  return { buyer, seller };
}

/** The fields of the Logon that a seller got from a buyer with these settings. */
async function logonOf(settings: readonly string[]): Promise<(tag: number) => string> {
  const { seller } = await pair(settings, ['UseDataDictionary=N']);
  const logon = await eventually(() =>
    seller.events.flatMap((event) => (event.kind === 'admin' ? [event.message] : [])).at(0),
  );
  const fields = new Map(
    logon.split(SOH).map((field): [number, string] => {
      const at = field.indexOf('=');
      return [Number(field.slice(0, at)), field.slice(at + 1)];
    }),
  );
  return (tag) => fields.get(tag) ?? '';
}

describe('A signed Logon', () => {
  it('carries the Ed25519 signature of Binance', async () => {
    const get = await logonOf(['LogonSignature=ed25519', `LogonSecret=${ED25519}`]);
    const payload = ['A', get(49), get(56), get(34), get(52)].join(SOH);
    const key = createPublicKey(
      createPrivateKey({ key: Buffer.from(ED25519, 'base64'), format: 'der', type: 'pkcs8' }),
    );
    const signature = Buffer.from(get(96), 'base64');
    expect(verify(null, Buffer.from(payload), key, signature)).toBe(true);
    expect(get(95)).toBe(String(get(96).length));
  });

  it('carries the HMAC of Coinbase', async () => {
    const get = await logonOf([
      ...['LogonSignature=hmac-sha256', `LogonSecret=${HMAC}`],
      ...['LogonTag=553=key', 'LogonTag1=554=pass'],
    ]);
    const payload = [get(52), 'A', get(34), get(49), get(56), 'pass'].join(SOH);
    const mac = createHmac('sha256', Buffer.from(HMAC, 'base64')).update(payload);
    expect(get(96)).toBe(mac.digest('base64'));
  });

  it('carries the password and the nonce of Kraken', async () => {
    const get = await logonOf([
      ...['LogonSignature=hmac-sha512', `LogonSecret=${HMAC}`, 'LogonTag=553=key'],
    ]);
    const input = [`35=A`, `34=${get(34)}`, `49=${get(49)}`, `56=${get(56)}`, `553=key`];
    const digest = createHash('sha256')
      .update(`${input.join(SOH)}${SOH}${get(5025)}`)
      .digest();
    const mac = createHmac('sha512', Buffer.from(HMAC, 'base64')).update(digest);
    expect(get(554)).toBe(mac.digest('base64'));
    expect(get(5025)).toMatch(/^\d{13}$/);
  });
});

describe('A message that the peer rejects', () => {
  it('comes back behind the Reject that means it', async () => {
    const { buyer } = await pair([], [`DataDictionary=${DICTIONARY}`]);
    buyer.session.send('D', [
      [11, 'first'],
      [54, 1],
    ]);
    const at = await eventually(() => {
      const found = buyer.events.findIndex(({ kind }) => kind === 'rejected');
      return found > 0 && found;
    });
    const [reject, rejected] = buyer.events.slice(at - 1, at + 1);
    expect(reject).toMatchObject({ kind: 'admin' });
    expect(rejected).toMatchObject({ message: expect.stringContaining(`${SOH}11=first${SOH}`) });
  });
});

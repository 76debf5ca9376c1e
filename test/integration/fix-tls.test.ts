import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FixEvent, FixSessions } from '../../src/connectors/fix/fix-session.js';
import { eventually, startFixSide } from './fix-sides.js';

let folder: string;
const open: FixSessions[] = [];

const file = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function authority(name: string): void {
  openssl(
    ...['req', '-x509', ...KEY, '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
  );
}

/** A certificate for `host` by `ca`, good from now for `days`: negative is over already. */
function certificate(name: string, ca: string, host = 'localhost', days = 2): void {
  const request = ['-subj', `/CN=${host}`, '-keyout', file(`${name}.key`)];
  openssl('req', '-new', ...KEY, ...request, '-out', file(`${name}.csr`));
  writeFileSync(file(`${name}.ext`), `subjectAltName=DNS:${host}`);
  openssl(
    ...['x509', '-req', '-in', file(`${name}.csr`), '-CA', file(`${ca}.pem`)],
    ...['-CAkey', file(`${ca}.key`), '-CAcreateserial', '-days', String(days)],
    ...['-extfile', file(`${name}.ext`), '-out', file(`${name}.pem`)],
  );
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hft-fix-tls-'));
  authority('ours');
  authority('foreign');
  certificate('good', 'ours');
  certificate('expired', 'ours', 'localhost', -1);
  certificate('stranger', 'foreign');
  certificate('elsewhere', 'ours', 'elsewhere.example');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((group) => group.close()));
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(settings: readonly string[]) {
  const head = ['StartTime=00:00:00', 'EndTime=00:00:00', 'NonStopSession=Y', 'HeartBtInt=30'];
  const side = startFixSide(
    [
      ...['[DEFAULT]', ...head, 'UseDataDictionary=N', 'SocketUseSSL=Y', 'ReconnectInterval=1'],
      ...[...settings, ''],
    ].join('\n'),
  );
  open.push(side.group);
  return side;
}

const notes = (events: readonly FixEvent[]) =>
  events.flatMap((event) => (event.kind === 'note' ? [event.text] : []));

/** A buyer with `client` settings at a seller with the certificate `server`. */
function connect(server: string, client: readonly string[], seller: readonly string[] = []) {
  const acceptor = start([
    ...['ConnectionType=acceptor', 'SocketAcceptPort=0', ...seller],
    ...[`ServerCertificateFile=${file(`${server}.pem`)}`],
    ...[`ServerCertificateKeyFile=${file(`${server}.key`)}`],
    ...['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=S', 'TargetCompID=C'],
  ]);
  return start([
    ...['ConnectionType=initiator', `SocketConnectPort=${acceptor.session.info.port}`],
    ...['SocketConnectHost=127.0.0.1', 'TlsServerName=localhost'],
    ...[`CertificationAuthoritiesFile=${file('ours.pem')}`, ...client],
    ...['[SESSION]', 'BeginString=FIX.4.4', 'SenderCompID=C', 'TargetCompID=S'],
  ]);
}

const withCertificate = (name: string) => [
  `ClientCertificateFile=${file(`${name}.pem`)}`,
  `ClientCertificateKeyFile=${file(`${name}.key`)}`,
];
const ASKING = ['NeedClientAuth=Y'];

describe('FIX over TLS', () => {
  it('logs on where the certificate is good', async () => {
    const { session } = connect('good', []);
    await eventually(() => session.isLoggedOn);
  });

  it.each([
    ['is expired', 'expired', /expired/],
    ['is of an authority that nobody trusts', 'stranger', /certificate/],
    ['is for another host', 'elsewhere', /hostname mismatch|host/i],
  ])('does not log on where the certificate %s', async (_what, server, reason) => {
    const { session, events } = connect(server, []);
    await eventually(() => notes(events).some((note) => reason.test(note)));
    expect(session.statistics().logons).toBe(0);
    expect(session.isLoggedOn).toBe(false);
  });

  it('logs on with a client certificate that the acceptor asks for', async () => {
    const seller = [...ASKING, `CertificationAuthoritiesFile=${file('ours.pem')}`];
    const { session } = connect('good', withCertificate('good'), seller);
    await eventually(() => session.isLoggedOn);
  });

  it.each([
    ['none', []],
    ['an expired one', 'expired'],
    ['one of a foreign authority', 'stranger'],
  ])('does not log on where it is asked for a certificate and has %s', async (_what, name) => {
    const client = typeof name === 'string' ? withCertificate(name) : [];
    const seller = [...ASKING, `CertificationAuthoritiesFile=${file('ours.pem')}`];
    const { session, events } = connect('good', client, seller);
    // The connection ends before a Logon comes back; with TLS 1.3 the reason comes afterwards.
    await eventually(() => session.statistics().disconnects > 0);
    expect(session.statistics().logons).toBe(0);
    expect(events.some(({ kind }) => kind === 'logon')).toBe(false);
  });

  it('says which certificate or key cannot be used', () => {
    expect(() => connect('missing', [])).toThrow('missing.pem');
    expect(() => connect('good', [], ASKING)).toThrow('CertificationAuthoritiesFile');
    writeFileSync(file('broken.pem'), 'no certificate');
    writeFileSync(file('broken.key'), 'no key');
    expect(() => connect('broken', [])).toThrow('cannot use the certificate');
  });
});

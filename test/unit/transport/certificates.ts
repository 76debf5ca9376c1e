import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and certificate in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** Whether the openssl command, which makes the certificates, is there. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A certificate authority that lives as long as a test. */
export class TestAuthority {
  readonly #directory = mkdtempSync(join(tmpdir(), 'hft-ca-'));
  readonly cert: string;

  constructor() {
    this.#openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test CA', '-days', '2'],
    );
    this.cert = this.#read('ca.pem');
  }

  /** Issues a certificate for `names` ("DNS:a", "IP:1.2.3.4"), valid from now or long expired. */
  issue(names: readonly string[], validity: 'valid' | 'expired' = 'valid'): Identity {
    this.#openssl(
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=Test Server'],
    );
    writeFileSync(join(this.#directory, 'leaf.ext'), `subjectAltName=${names.join(',')}\n`);
    const dates = validity === 'valid' ? ['-days', '2'] : ['-days', '-1'];
    this.#openssl(
      ...['x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key'],
      ...['-CAcreateserial', '-out', 'leaf.pem', '-extfile', 'leaf.ext', ...dates],
    );
    return { key: this.#read('leaf.key'), cert: this.#read('leaf.pem') };
  }

  dispose(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #read(file: string): string {
    return readFileSync(join(this.#directory, file), 'utf8');
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: 'pipe' });
  }
}

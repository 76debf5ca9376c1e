// Plays FIX session scripts against an acceptor on loopback, or with roles swapped against an
// initiator that connects to us.
import { connect } from 'node:net';
import { completeMessage, difference, parseScript, readable, takeMessage } from './script.mjs';

const PATIENCE_MS = 20_000;

/** One TCP connection of a script, with what came in and whether it has ended. */
class Wire {
  #socket;
  #bytes = '';
  #isEnded = false;
  #wake = () => {};

  static async open(host, port) {
    const socket = connect({ host, port, noDelay: true });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return Wire.over(socket);
  }

  static over(socket) {
    const wire = new Wire();
    wire.#socket = socket;
    wire.#socket.on('data', (chunk) => {
      wire.#bytes += chunk.toString('latin1');
      wire.#wake();
    });
    for (const end of ['end', 'close', 'error']) {
      wire.#socket.on(end, () => {
        wire.#isEnded = true;
        wire.#wake();
      });
    }
    return wire;
  }

  send(text) {
    this.#socket.write(Buffer.from(text, 'latin1'));
  }

  /** The next message; undefined when the other side has ended the connection. */
  async next() {
    let message;
    await this.#until(() => {
      const taken = takeMessage(this.#bytes);
      if (taken !== undefined) {
        message = taken.message;
        this.#bytes = taken.rest;
      }
      return taken !== undefined || this.#isEnded;
    }, 'a message');
    return message;
  }

  async end() {
    await this.#until(() => this.#isEnded, 'the end of the connection');
    return this.#bytes;
  }

  close() {
    this.#socket.destroy();
  }

  async #until(isDone, what) {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isDone()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`${what} did not come; there is ${readable(this.#bytes)}`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** Plays a script; throws with the line and the difference where the acceptor does otherwise. */
export async function playScript(text, { host, port }) {
  const wires = new Map();
  try {
    for (const step of parseScript(text)) {
      try {
        await playStep(step, wires, host, port);
      } catch (error) {
        throw new Error(`line ${step.line}: ${error.message}`, { cause: error });
      }
    }
  } finally {
    for (const wire of wires.values()) wire.close();
  }
}

/**
 * Plays a script of a server's behaviour against an initiator that has connected: it logs on first,
 * everything behind the logon is the same. Scripts about the logon itself say nothing here.
 */
export async function playSwapped(text, socket) {
  const wire = Wire.over(socket);
  const steps = parseScript(text).filter(
    ({ kind, text: what }) => kind !== 'i' || what !== 'CONNECT',
  );
  const [ours, theirs, ...rest] = steps;
  try {
    const logon = await wire.next();
    if (!logon?.includes('35=A'))
      throw new Error(`expected a Logon, found ${readable(logon ?? '')}`);
    if (theirs.kind !== 'E') throw new Error('the script has no answer to its logon');
    wire.send(completeMessage(ours.text, Date.now()));
    const wires = new Map([[1, wire]]);
    for (const step of rest) {
      try {
        await playStep(step, wires, '', 0);
      } catch (error) {
        throw new Error(`line ${step.line}: ${error.message}`, { cause: error });
      }
    }
  } finally {
    wire.close();
  }
}

/** Whether a script can be played with roles swapped: one connection, an ordinary logon first. */
export function canSwap(text) {
  const steps = parseScript(text);
  const connects = steps.filter(({ kind, text: what }) => kind === 'i' && what === 'CONNECT');
  const [, first, second] = steps;
  const isLogon = (step, kind) => step?.kind === kind && step.text.includes('\u000135=A\u0001');
  const logons = steps.filter((step) => isLogon(step, 'I'));
  return (
    connects.length === 1 &&
    logons.length === 1 &&
    isLogon(first, 'I') &&
    isLogon(second, 'E') &&
    first.text.includes('\u000134=1\u0001') &&
    steps.every(({ connection }) => connection === 1)
  );
}

async function playStep({ kind, connection, text }, wires, host, port) {
  if (kind === 'i') {
    if (text !== 'CONNECT') return;
    wires.get(connection)?.close();
    wires.set(connection, await Wire.open(host, port));
    return;
  }
  const wire = wires.get(connection);
  if (wire === undefined) throw new Error('no connection is open');
  if (kind === 'I') {
    wire.send(completeMessage(text, Date.now()));
  } else if (kind === 'e') {
    const rest = await wire.end();
    if (rest !== '') throw new Error(`expected the end of the connection, found ${readable(rest)}`);
  } else {
    const found = await wire.next();
    if (found === undefined) throw new Error(`the connection ended, expected ${readable(text)}`);
    const what = difference(text, found);
    if (what !== undefined) {
      throw new Error(`${what}\n  expected ${readable(text)}\n  found    ${readable(found)}`);
    }
  }
}

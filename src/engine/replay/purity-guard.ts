import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunRecorder } from '../../orders/run-recorder.js';

/** A strategy asked something whose answer a repeated run can't know. */
export interface ImpureCall {
  /** As it is written in code: `Math.random()`. */
  readonly call: string;
  /** `file:line:column` of the call. */
  readonly at: string;
  readonly strategyId: string;
  /** How often, during this replay. */
  readonly count: number;
  /** Recorded events until the first one. */
  readonly event: number;
}

/** What `node:crypto` draws. */
const DRAWS = ['randomBytes', 'randomFillSync', 'randomInt', 'randomUUID'] as const;
/** What lets a strategy act between events. */
const LATER = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const;

const { setTimeout: later, setInterval: again, setImmediate: next } = globalThis;

/** Timers that have ended already. */
const NOT_DONE: Readonly<Record<(typeof LATER)[number], () => unknown>> = {
  setTimeout: () => {
    const timer = later(() => undefined, 0);
    clearTimeout(timer);
    return timer;
  },
  setInterval: () => {
    const timer = again(() => undefined, 1);
    clearInterval(timer);
    return timer;
  },
  setImmediate: () => {
    const timer = next(() => undefined);
    clearImmediate(timer);
    return timer;
  },
  queueMicrotask: () => undefined,
};

/** Call sites that are told apart. */
const SITES_MAX = 64;

/**
 * Watches what strategies ask that is not in the journal: other clocks than theirs, random numbers
 * that are not seeded, and other timers. The calls work as always, and who made them is remembered;
 * but what a strategy has put off is not done: what it asked for then was an input of the run, and
 * is repeated as one.
 */
export class PurityGuard {
  readonly #recorder: RunRecorder;
  readonly #nameOf: (strategy: number) => string;
  readonly #eventNow: () => number;
  readonly #found = new Map<string, { -readonly [K in keyof ImpureCall]: ImpureCall[K] }>();
  readonly #undo: (() => void)[] = [];

  constructor(options: {
    readonly recorder: RunRecorder;
    readonly nameOf: (strategy: number) => string;
    /** Recorded events so far. */
    readonly eventNow: () => number;
  }) {
    this.#recorder = options.recorder;
    this.#nameOf = options.nameOf;
    this.#eventNow = options.eventNow;
  }

  get found(): readonly ImpureCall[] {
    return [...this.#found.values()];
  }

  /** Begins to watch, until `release`. */
  watch(): void {
    this.#wrap(Math, 'random', 'Math.random()');
    this.#wrap(performance, 'now', 'performance.now()');
    this.#wrap(process, 'hrtime', 'process.hrtime()');
    this.#wrap(process.hrtime, 'bigint', 'process.hrtime.bigint()');
    this.#wrap(globalThis.crypto, 'getRandomValues', 'crypto.getRandomValues()');
    this.#wrap(globalThis.crypto, 'randomUUID', 'crypto.randomUUID()');
    for (const name of DRAWS) this.#wrap(crypto, name, `crypto.${name}()`);
    for (const name of LATER) this.#wrap(globalThis, name, `${name}()`, NOT_DONE[name]);
    this.#wrap(process, 'nextTick', 'process.nextTick()', () => undefined);
    this.#wrapDate();
    // Who has imported a function by its name gets the watched one too.
    syncBuiltinESMExports();
  }

  /** Everything is as it was. */
  release(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
    syncBuiltinESMExports();
  }

  /** `instead` is what a strategy gets in place of the answer. */
  #wrap(target: object, name: string, call: string, instead?: () => unknown): void {
    const original: unknown = Reflect.get(target, name);
    if (typeof original !== 'function') return;
    const note = (): boolean => this.#note(call);
    const wrapped = function (this: unknown, ...args: unknown[]): unknown {
      const isStrategy = note();
      if (isStrategy && instead !== undefined) return instead();
      return Reflect.apply(original, this, args);
    };
    // What hangs on the function stays reachable: `process.hrtime.bigint`.
    Object.setPrototypeOf(wrapped, original);
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value: wrapped, configurable: true, writable: true });
    this.#undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(target, name);
      else Object.defineProperty(target, name, before);
    });
  }

  #wrapDate(): void {
    const original = globalThis.Date;
    const note = (call: string): boolean => this.#note(call);
    globalThis.Date = new Proxy(original, {
      construct(target, args, newTarget): object {
        if (args.length === 0) note('new Date()');
        return Reflect.construct(target, args, newTarget === globalThis.Date ? target : newTarget);
      },
      apply(target, self, args): unknown {
        note('Date()');
        return Reflect.apply(target, self, args);
      },
      get(target, name): unknown {
        if (name === 'now') {
          return () => {
            note('Date.now()');
            return target.now();
          };
        }
        return Reflect.get(target, name, target);
      },
    });
    this.#undo.push(() => {
      globalThis.Date = original;
    });
  }

  /** Whether a strategy made the call. */
  #note(call: string): boolean {
    const { strategy } = this.#recorder;
    if (strategy < 0) return false;
    const at = callSite();
    if (at === undefined) return false;
    const strategyId = this.#nameOf(strategy);
    const key = `${call} ${at} ${strategyId}`;
    const known = this.#found.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.#found.size < SITES_MAX) {
      this.#found.set(key, { call, at, strategyId, count: 1, event: this.#eventNow() });
    }
    return true;
  }
}

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SHIPPED = `${ROOT}${sep}strategies${sep}`;
const FRAME = /\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/;

/** Where a strategy called; undefined where the call is the engine's own. */
function callSite(): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  const lines = (new Error('call site').stack ?? '').split('\n').slice(1);
  Error.stackTraceLimit = limit;
  for (const line of lines) {
    const [, where = '', row, column] = FRAME.exec(line.trim()) ?? [];
    if (where === '') continue;
    const [bare = ''] = where.split('?');
    const path = bare.startsWith('file://') ? fileURLToPath(bare) : bare;
    if (path.startsWith(`${ROOT}${sep}engine${sep}replay${sep}purity-guard.`)) continue;
    const isEngine = path.startsWith(`${ROOT}${sep}`) && !path.startsWith(SHIPPED);
    return isEngine ? undefined : `${path}:${row}:${column}`;
  }
  return undefined;
}

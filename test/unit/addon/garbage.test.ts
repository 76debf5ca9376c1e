import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../../src/addon/addon.js';
import { StreamProcessor } from '../../../src/engine/stream-processor.js';

const addon = loadAddon();

/** Values that no parameter of the addon takes. */
const GARBAGE: readonly unknown[] = [
  undefined,
  null,
  true,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1.5,
  1e300,
  '',
  'x'.repeat(100_000),
  Symbol('s'),
  10n,
  {},
  [],
  () => 0,
  new Date(0),
  new Proxy(
    {},
    {
      get: () => {
        throw new Error('trap');
      },
    },
  ),
];

function detached(): Uint8Array {
  const bytes = new Uint8Array(16);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

function methodsOf(ctor: { prototype: object }): string[] {
  return Object.getOwnPropertyNames(ctor.prototype).filter((name) => name !== 'constructor');
}

/** Calls that must return or throw an Error, never end the process. */
function survive(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
}

describe('the addon under garbage', () => {
  const classes = Object.entries(addon).filter(
    ([, value]) => typeof value === 'function' && 'prototype' in value,
  ) as [string, new (...parameters: unknown[]) => Record<string, unknown>][];

  it.each(classes)('%s refuses to be constructed from garbage', (_name, ctor) => {
    for (const first of GARBAGE) {
      survive(() => new ctor(first));
      for (const second of GARBAGE) survive(() => new ctor(first, second, first, second));
    }
  });

  it.each(classes)('methods of %s refuse another this', (_name, ctor) => {
    for (const name of methodsOf(ctor)) {
      const method = ctor.prototype[name] as (...parameters: unknown[]) => unknown;
      for (const self of [{}, undefined, null, 1, new Map(), Object.create(ctor.prototype)]) {
        expect(() => method.call(self)).toThrow();
      }
    }
  });

  it('methods of live objects refuse garbage arguments', () => {
    const generator = new addon.NativeMarketGenerator({ format: 0 });
    const book = new addon.NativeOrderBook(16);
    const targets: readonly object[] = [generator, book];
    for (const target of targets) {
      const names = methodsOf(target.constructor as unknown as { prototype: object });
      for (const name of names) {
        const method = (target as Record<string, (...p: unknown[]) => unknown>)[name];
        for (const first of [...GARBAGE, detached()]) {
          for (const second of GARBAGE) survive(() => method?.call(target, first, second, first));
        }
      }
    }
  });

  it('names the argument and its code', () => {
    const book = new addon.NativeOrderBook(16);
    expect(() => book.setLevel(3, 1, 1)).toThrow(
      expect.objectContaining({ code: 'HFT_ARGUMENT', message: expect.stringContaining('side') }),
    );
    expect(() => book.setLevel(1, 1.5, 1)).toThrow(/price must be a whole number/);
  });

  it('refuses a detached buffer', () => {
    const stream = new StreamProcessor({ discover: true });
    const connection = stream.connect('binance-spot');
    expect(() => stream.push(connection, detached())).toThrow(
      expect.objectContaining({ code: 'HFT_ARGUMENT' }),
    );
    stream.close();
  });

  it('throws HFT_CLOSED after close', () => {
    const stream = new StreamProcessor();
    stream.close();
    stream.close();
    expect(() => stream.statistics()).toThrow(expect.objectContaining({ code: 'HFT_CLOSED' }));
    expect(() => stream.connect('kraken-v2')).toThrow(
      expect.objectContaining({ code: 'HFT_CLOSED' }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { loadAddon } from '../../../src/addon/addon.js';
import { HftError } from '../../../src/domain/errors.js';
import { GeneratorSource } from '../../../src/venues/loopback/generator-source.js';
import { framesOf } from '../../../src/venues/loopback/ws-frames.js';

const hasAddon = ((): boolean => {
  try {
    loadAddon();
    return true;
  } catch (error) {
    if (error instanceof HftError && error.code === 'HFT_ADDON_MISSING') return false;
    throw error;
  }
})();

/** The payloads of the next `count` frames. */
function play(source: GeneratorSource, count: number): string[] {
  const buffer = Buffer.alloc(4 << 20);
  const payloads: string[] = [];
  while (payloads.length < count) {
    const limits = { framesMax: count - payloads.length, untilNs: Number.POSITIVE_INFINITY };
    const filled = source.fill(buffer, limits);
    for (const frame of framesOf(buffer.subarray(0, filled.bytes))) {
      payloads.push(buffer.toString('latin1', frame.payloadStart, frame.end));
    }
  }
  return payloads;
}

interface Depth {
  readonly U: number;
  readonly u: number;
}

/** The depth updates of one symbol among combined Binance frames. */
function depthsOf(payloads: readonly string[], symbol: string): Depth[] {
  return payloads
    .filter((text) => text.includes('"e":"depthUpdate"') && text.includes(`"s":"${symbol}"`))
    .map((text) => JSON.parse(text).data as Depth);
}

describe.skipIf(!hasAddon)('GeneratorSource (needs the native addon)', () => {
  it('plays equal frames for equal seeds', () => {
    const make = (seed: number) =>
      play(new GeneratorSource({ wireFormat: 'kraken-v2', seed, symbolCount: 2 }), 500);

    expect(make(3)).toEqual(make(3));
    expect(make(3)).not.toEqual(make(4));
  });

  it('stops at the time of its market that it is told', () => {
    const source = new GeneratorSource({ wireFormat: 'binance-spot', seed: 1, symbolCount: 1 });
    const buffer = Buffer.alloc(1 << 20);

    const filled = source.fill(buffer, { framesMax: 1e6, untilNs: 5_000_000 });

    expect(filled.frames).toBeGreaterThan(0);
    expect(filled.nextNs).toBeGreaterThan(5_000_000);
  });

  it.each(['binance-spot', 'binance-futures'] as const)(
    'answers %s snapshots from which the stream can be picked up, at any point',
    (wireFormat) => {
      const source = new GeneratorSource({ wireFormat, seed: 5, symbolCount: 2 });
      const [symbol = ''] = source.symbols;
      for (let round = 0; round < 50; round += 1) {
        const before = depthsOf(play(source, 50 + round), symbol);
        const body = source.restSnapshot({ symbol, levels: 100, isL3: false }) ?? [];
        const { lastUpdateId } = JSON.parse(Buffer.from(body).toString());
        const after = depthsOf(play(source, 200), symbol);

        // Source: "How to manage a local order book correctly", spot and USD-M futures.
        const events = [...before, ...after];
        const isFutures = wireFormat === 'binance-futures';
        const first = events.find((event) =>
          isFutures ? event.u >= lastUpdateId : event.u > lastUpdateId,
        );
        const limit = isFutures ? lastUpdateId : lastUpdateId + 1;
        expect(first, `round ${round}, snapshot ${lastUpdateId}`).toBeDefined();
        expect(first?.U).toBeLessThanOrEqual(limit);
        expect(first?.u).toBeGreaterThanOrEqual(limit);
      }
    },
  );

  it('has no snapshot of a symbol that it does not play', () => {
    const source = new GeneratorSource({ wireFormat: 'binance-spot', seed: 1, symbolCount: 1 });

    expect(source.restSnapshot({ symbol: 'NONE', levels: 10, isL3: false })).toBeUndefined();
  });

  it('begins its books anew where the venue sends them on the stream', () => {
    const source = new GeneratorSource({ wireFormat: 'kraken-v2', seed: 1, symbolCount: 2 });
    const isSnapshot = (text: string): boolean => text.includes('"type":"snapshot"');
    play(source, 500);

    source.beginBooks();
    const symbols = play(source, 30)
      .filter(isSnapshot)
      .map((text) => JSON.parse(text).data[0].symbol);

    expect(symbols).toEqual(source.symbols);
  });

  it('refuses what cannot be generated', () => {
    const make = () => new GeneratorSource({ wireFormat: 'lobster', seed: 1, symbolCount: 1 });

    expect(make).toThrow('format');
  });
});

import { describe, expect, it } from 'vitest';
import { parameter } from '../../../../src/domain/parameters.js';
import { combinationsOf } from '../../../../src/engine/sweep/plan/combinations.js';
import {
  type ParameterAxis,
  parameterAxes,
  type SweepConfig,
} from '../../../../src/engine/sweep/plan/parameter-axes.js';
import { walkForwardWindows } from '../../../../src/engine/sweep/plan/walk-forward-windows.js';

const DECLARATIONS = {
  edge: parameter.number({ default: 1, min: 0, max: 100, description: 'Edge.' }),
  lots: parameter.integer({ default: 1, min: 1, max: 1000, description: 'Lots.' }),
  kind: parameter.choice({ default: 'a', choices: ['a', 'b'], description: 'Kind.' }),
};

type Parameters = SweepConfig['parameters'];
type Method = SweepConfig['method'];

function axesOf(parameters: Parameters, method: Method = 'grid'): readonly ParameterAxis[] {
  const result = parameterAxes({ method, parameters }, DECLARATIONS);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.axes;
}

function problemsOf(parameters: Parameters, method: Method = 'grid') {
  const result = parameterAxes({ method, parameters }, DECLARATIONS);
  return result.ok ? [] : result.problems;
}

const linear = { scale: 'linear' } as const;
const log = { scale: 'log' } as const;

describe('the values of a parameter', () => {
  it('in steps are exact decimals, where adding doubles is not', () => {
    const [edge] = axesOf({ edge: { from: 0.1, to: 0.9, step: 0.1, ...linear } });

    expect(edge?.values).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  });

  it('in steps of tiny and of negative size of exponent are exact too', () => {
    const [edge] = axesOf({ edge: { from: 1e-7, to: 4e-7, step: 1e-7, ...linear } });

    expect(edge?.values).toEqual([1e-7, 2e-7, 3e-7, 4e-7]);
  });

  it('by count divide the range, and end at its end', () => {
    const [edge] = axesOf({ edge: { from: 0, to: 1, count: 5, ...linear } });

    expect(edge?.values).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  it('on a log scale are in equal ratios, by count or by a factor', () => {
    const [byCount] = axesOf({ edge: { from: 0.01, to: 100, count: 5, ...log } });
    const [byFactor] = axesOf({ edge: { from: 1, to: 16, step: 2, ...log } });

    expect(byCount?.values).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(byFactor?.values).toEqual([1, 2, 4, 8, 16]);
  });

  it('of a whole parameter are rounded by count, and none comes twice', () => {
    const [lots] = axesOf({ lots: { from: 1, to: 4, count: 8, ...log } });

    expect(lots?.values).toEqual([1, 2, 3, 4]);
  });

  it('given as a list count once each', () => {
    const [kind] = axesOf({ kind: ['b', 'a', 'b'] });

    expect(kind?.values).toEqual(['b', 'a']);
  });

  it('that are wrong are told all at once', () => {
    const problems = problemsOf({
      edge: { from: 0, to: 1, step: 0.3, ...linear },
      lots: [0, 2, 1.5],
      kind: { from: 0, to: 1, step: 1, ...linear },
      egde: [1],
    });

    expect(problems.map(({ key, expected, found, nearest }) => [key, expected, found, nearest]))
      // The words that a user reads.
      .toEqual([
        [
          'sweep.parameters.edge',
          'a step that reaches 1 from 0',
          '0.3, which passes it after 0.9',
          undefined,
        ],
        ['sweep.parameters.lots', 'a whole number from 1 to 1000', '0, 1.5', undefined],
        ['sweep.parameters.kind', 'a list of values, each one of a, b', 'a range', undefined],
        ['sweep.parameters.egde', 'a declared parameter (edge, lots, kind)', 'egde', 'edge'],
      ]);
  });

  it.each([
    ['an end outside', { edge: { from: 0, to: 101, step: 1, ...linear } }, '101'],
    ['a fraction of a whole one', { lots: { from: 1, to: 2, step: 0.5, ...linear } }, '1.5'],
    ['too many', { edge: { from: 0, to: 100, step: 0.001, ...linear } }, '100001'],
    ['a factor that never moves', { edge: { from: 1, to: 2, step: 1, ...log } }, '1'],
    ['none at all', {}, 'none'],
  ])('are refused: %s', (_name, parameters, found) => {
    expect(problemsOf(parameters)).toMatchObject([{ found }]);
  });
});

const OPTIONS = { method: 'grid', samples: 100, seed: 1, runs_max: 1000 } as const;

function combined(axes: readonly ParameterAxis[], options: Partial<SweepConfig> = {}) {
  const result = combinationsOf({ ...OPTIONS, ...options }, axes);
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.combinations;
}

describe('combinations', () => {
  it('of a grid are all, the last parameter fastest', () => {
    const axes = axesOf({ kind: ['a', 'b'], lots: [1, 2] });

    expect(combined(axes)).toEqual([
      { kind: 'a', lots: 1 },
      { kind: 'a', lots: 2 },
      { kind: 'b', lots: 1 },
      { kind: 'b', lots: 2 },
    ]);
  });

  it('beyond runs_max are refused before anything runs, spans included', () => {
    const axes = axesOf({ lots: { from: 1, to: 300, step: 1, ...linear }, kind: ['a', 'b'] });

    expect(combinationsOf(OPTIONS, axes).ok).toBe(true);
    expect(combinationsOf(OPTIONS, axes, 2)).toMatchObject({
      ok: false,
      problem: {
        key: 'sweep.runs_max',
        expected: 'at least the 1200 runs of the sweep (600 combinations in 2 spans)',
        found: '1000',
      },
    });
  });

  const ranges: Parameters = {
    edge: { from: 0, to: 10, ...linear },
    lots: { from: 1, to: 1000, ...log },
  };

  it('that are drawn are equal for equal seeds, and others for another', () => {
    const draw = (seed: number) =>
      combined(axesOf(ranges, 'random'), { method: 'random', samples: 50, seed });

    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('that are drawn are distinct and within their ranges, and more extend fewer', () => {
    const axes = axesOf(ranges, 'random');
    const draws = combined(axes, { method: 'random', samples: 200 });

    expect(new Set(draws.map((one) => JSON.stringify(one))).size).toBe(200);
    for (const { edge, lots } of draws) {
      expect(edge).toBeGreaterThanOrEqual(0);
      expect(edge).toBeLessThanOrEqual(10);
      expect(Number.isInteger(lots)).toBe(true);
      expect(lots).toBeGreaterThanOrEqual(1);
      expect(lots).toBeLessThanOrEqual(1000);
    }
    const fewer = combined(axes, { method: 'random', samples: 20 });
    expect(draws.slice(0, 20)).toEqual(fewer);
  });

  it('drawn on a log scale are as often below the middle of the logarithm as above', () => {
    const draws = combined(axesOf(ranges, 'random'), { method: 'random', samples: 1000 });
    const below = draws.filter(({ lots }) => Number(lots) < Math.sqrt(1000)).length;

    expect(below).toBeGreaterThan(450);
    expect(below).toBeLessThan(550);
  });

  it('that are fewer than the samples are all taken', () => {
    const axes = axesOf({ kind: ['a', 'b'], lots: [1, 2, 3] }, 'random');

    expect(combined(axes, { method: 'random', samples: 100 })).toHaveLength(6);
  });
});

describe('the windows of a walk forward', () => {
  const options = { trainNs: 20, testNs: 10, isAnchored: false };
  const spans = (endNs: bigint, isAnchored = false) =>
    walkForwardWindows({ ...options, isAnchored, whole: { startNs: 100n, endNs } }).map(
      ({ train, test }) => [train.startNs, train.endNs, test.startNs, test.endNs],
    );

  it('move on by a test span, which follow each other without gap', () => {
    expect(spans(150n)).toEqual([
      [100n, 120n, 120n, 130n],
      [110n, 130n, 130n, 140n],
      [120n, 140n, 140n, 150n],
    ]);
  });

  it('begin at the start each where they are anchored', () => {
    expect(spans(140n, true)).toEqual([
      [100n, 120n, 120n, 130n],
      [100n, 130n, 130n, 140n],
    ]);
  });

  it('keep a last test span of at least half its length', () => {
    expect(spans(135n).at(-1)).toEqual([110n, 130n, 130n, 135n]);
    expect(spans(134n)).toHaveLength(1);
  });

  it('are none where the data is too short', () => {
    expect(spans(124n)).toEqual([]);
  });
});

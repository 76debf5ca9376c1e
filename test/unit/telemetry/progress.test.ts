import { describe, expect, it } from 'vitest';
import { createProgress, renderProgress } from '../../../src/telemetry/progress.js';

function display(mode: 'bar' | 'lines' | 'silent', total?: number) {
  const clock = { ms: 0 };
  let text = '';
  const progress = createProgress({
    label: 'replay',
    unit: 'bytes',
    mode,
    ...(total === undefined ? {} : { total }),
    write: (part) => {
      text += part;
    },
    columns: () => 80,
    nowMs: () => clock.ms,
  });
  return { clock, progress, text: () => text };
}

describe('renderProgress', () => {
  const half = {
    label: 'replay',
    done: 5_000_000,
    total: 10_000_000,
    unit: 'bytes',
    elapsedMs: 2000,
  } as const;

  it('draws share, amount, rate and the time that is left', () => {
    expect(renderProgress(half, 79)).toBe(
      'replay [=================-----------------] 50%  5.00 MB  2.50 MB/s  2.0 s left',
    );
  });

  it('never exceeds the columns of the terminal', () => {
    for (let columns = 0; columns < 120; columns += 1) {
      expect(renderProgress(half, columns).length).toBeLessThanOrEqual(Math.max(0, columns));
    }
  });

  it('has no bar where the whole is not known', () => {
    expect(renderProgress({ ...half, total: undefined }, 79)).toBe(
      'replay 5.00 MB  2.50 MB/s  2.0 s',
    );
  });
});

describe('createProgress', () => {
  it('redraws a bar at most ten times a second', () => {
    const { clock, progress, text } = display('bar', 1000);

    for (clock.ms = 0; clock.ms < 1000; clock.ms += 1) progress.update(clock.ms);

    expect(text().split('\r').length - 1).toBe(10);
  });

  it('ends a bar on a fresh line, once', () => {
    const { progress, text } = display('bar', 10);

    progress.update(10);
    progress.finish();
    progress.finish();

    expect(text().endsWith('\n')).toBe(true);
    expect(text().split('\n').length).toBe(2);
  });

  it('writes plain lines without control characters elsewhere', () => {
    const { clock, progress, text } = display('lines', 1000);

    clock.ms = 5000;
    progress.update(500);
    progress.finish();

    expect(text()).toBe(
      'replay: 50%, 500 B, 100 B/s, 5.0 s left\nreplay: 50%, 500 B, 100 B/s, 5.0 s left\n',
    );
  });

  it('is silent on demand', () => {
    const { progress, text } = display('silent', 10);

    progress.update(5);
    progress.finish();

    expect(text()).toBe('');
  });
});

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** One figure of `npm run bench -- --json FILE`. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
  readonly runs: number;
  readonly input: string;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Collects the figures of one program; prints each and writes them where `--json FILE` says. */
export class Report {
  readonly #figures: (Figure & { commit: string })[] = [];
  readonly #commit = commit();

  add(figure: Figure): void {
    this.#figures.push({ ...figure, commit: this.#commit });
    const parts = [`${figure.name.padEnd(64)} ${format(figure.value)} ${figure.unit}`];
    for (const key of ['p50', 'p99', 'max'] as const) {
      const value = figure[key];
      if (value !== undefined) parts.push(`${key} ${format(value)}`);
    }
    console.log(parts.join('  '));
  }

  write(): void {
    const { values } = parseArgs({ options: { json: { type: 'string' } }, strict: false });
    if (typeof values['json'] === 'string') {
      writeFileSync(values['json'], `${JSON.stringify(this.#figures, null, 2)}\n`);
    }
  }
}

function format(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e3) return `${(value / 1e3).toFixed(2)} k`;
  return value.toFixed(2);
}

/** The middle of some runs. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Nanoseconds that `work` takes. */
export function time(work: () => void): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

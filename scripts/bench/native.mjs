// Runs the google-benchmark programs and writes their figures in the form of `npm run bench`:
// an array of {name, unit, value, p50?, p99?, max?, runs, input, commit}.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative } from '../cmake.mjs';
import { capture, OUT, ScriptError, say, succeeds } from '../shell.mjs';

/** The commit that the figures belong to, marked where the tree differs from it. */
export function commit() {
  const hash = capture('git', ['rev-parse', '--short=12', 'HEAD']);
  if (!hash.ok) return 'unknown';
  const isClean = capture('git', ['diff', '--quiet', 'HEAD']).ok;
  return hash.text.trim() + (isClean ? '' : '-dirty');
}

const NANOS = { ns: 1, us: 1e3, ms: 1e6, s: 1e9 };

/** google-benchmark's own fields; everything else in an entry is a counter of the benchmark. */
const OWN_FIELDS = new Set(
  `name family_index per_family_instance_index run_name run_type repetitions repetition_index
   threads iterations real_time cpu_time time_unit items_per_second bytes_per_second label
   error_occurred error_message aggregate_name aggregate_unit`.split(/\s+/),
);

function toEntry(benchmark, context, hash) {
  const nanos = benchmark.real_time * NANOS[benchmark.time_unit];
  const isRate = benchmark.items_per_second !== undefined;
  const counters = Object.entries(benchmark).filter(
    ([key, value]) => !OWN_FIELDS.has(key) && typeof value === 'number',
  );
  const entry = {
    name: benchmark.name,
    unit: isRate ? 'items/s' : 'ns',
    value: isRate ? benchmark.items_per_second : nanos,
    runs: benchmark.iterations,
    input: benchmark.label ?? context.input ?? context.records ?? 'see the source of the benchmark',
    commit: hash,
  };
  for (const [key, value] of counters) entry[key.replace(/^(p50|p99|max)_ns$/, '$1')] = value;
  return entry;
}

/** Runs all programs; `flags` go to each. Returns the exit code. */
export function runNativeBenchmarks({ jsonFile, flags }) {
  const folder = join(buildNative('bench', ['native_benches']), 'bench');
  const reports = join(OUT, 'reports');
  mkdirSync(reports, { recursive: true });
  const entries = [];
  let isSound = true;
  for (const name of readdirSync(folder)
    .filter((file) => file.startsWith('bench_'))
    .sort()) {
    const report = join(reports, `${name}.json`);
    rmSync(report, { force: true });
    say(name);
    const output = [`--benchmark_out=${report}`, '--benchmark_out_format=json'];
    isSound = succeeds(join(folder, name), [...output, ...flags]) && isSound;
    const { benchmarks, context } = readReport(report, name);
    for (const benchmark of benchmarks) {
      if (benchmark.error_occurred) {
        say(`FAILED: ${benchmark.name}: ${benchmark.error_message}`);
        isSound = false;
      } else if (benchmark.run_type === 'iteration' || benchmark.aggregate_name === 'median') {
        entries.push(toEntry(benchmark, context, commit()));
      }
    }
  }
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(entries, null, 2)}\n`);
  return isSound ? 0 : 1;
}

function readReport(path, name) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ScriptError(`${name} left no report`);
  }
}

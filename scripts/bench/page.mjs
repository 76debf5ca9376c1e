// docs/benchmarks.md from the figures of one run: `node scripts/bench/page.mjs FIGURES PAGE`, or
// `npm run bench -- --page PAGE`.
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { pathToFileURL } from 'node:url';
import { ScriptError } from '../shell.mjs';
import { SECTIONS } from './rows.mjs';

/** Seconds in a unit of time. */
const SECONDS = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1 };

/** What kind of thing a figure is, and its value in seconds, per second, bytes or pieces. */
function find(entries, key) {
  const [name, field = 'value'] = key.split('#');
  // A native benchmark's name ends in its settings: `/iterations:3/real_time`.
  const entry = entries.find((one) => one.name === name || one.name.startsWith(`${name}/`));
  const raw = entry?.[field];
  if (raw === undefined) return undefined;
  const unit = field === 'value' ? entry.unit : unitOf(field);
  const seconds = SECONDS[unit.split('/')[0]];
  if (seconds !== undefined) return { kind: 'time', value: raw * seconds };
  if (unit.endsWith('/s')) return { kind: 'rate', value: raw };
  return { kind: unit === '%' || unit === 'bytes' ? unit : 'count', value: raw };
}

function unitOf(field) {
  if (/^(p50|p99|max)/.test(field)) return 'ns';
  if (field.endsWith('/s')) return field;
  if (field.endsWith('bytes')) return 'bytes';
  // Counters that google-benchmark inverts are seconds.
  return 's';
}

/** How often as good `own` is as `other`; a rate beside a time counts as its inverse. */
function timesAsGood(own, other) {
  const otherValue = own.kind === other.kind ? other.value : 1 / other.value;
  return own.kind === 'time' ? otherValue / own.value : own.value / otherValue;
}

/** A value with three digits and the unit in which it is short. */
function show({ kind, value }) {
  if (kind === 'count') return String(value);
  if (kind === '%') return `${value.toFixed(0)} %`;
  if (kind === 'bytes') return `${Number((value / 2 ** 20).toPrecision(4))} MiB`;
  const steps =
    kind === 'rate'
      ? [
          [1e6, 'M/s'],
          [1e3, 'k/s'],
          [1, '/s'],
        ]
      : [
          [1, 's'],
          [1e-3, 'ms'],
          [1e-6, 'us'],
          [1e-9, 'ns'],
        ];
  const [scale, unit] = steps.find(([step]) => value >= step) ?? steps.at(-1);
  return `${Number((value / scale).toPrecision(3))} ${unit}`;
}

function aimOf(aim, kind) {
  const parts = [];
  if (aim?.most !== undefined) parts.push(`<= ${show({ kind, value: aim.most })}`);
  if (aim?.least !== undefined) parts.push(`>= ${show({ kind, value: aim.least })}`);
  if (aim?.times !== undefined) parts.push(`>= ${aim.times}x`);
  return parts.join(', ');
}

function isReached(aim, value, times) {
  // 60 ns in seconds is a hair above 60e-9.
  if (aim?.most !== undefined && value > aim.most * (1 + 1e-9)) return false;
  if (aim?.least !== undefined && value < aim.least) return false;
  return aim?.times === undefined || (times !== undefined && times >= aim.times);
}

function renderRow(entries, { what, ours, beside, aim }) {
  const own = find(entries, ours);
  if (own === undefined) return `| ${what} | not measured | | | ${aimOf(aim, 'count')} | |`;
  const other = beside === undefined ? undefined : find(entries, beside[1]);
  const times = other === undefined ? undefined : timesAsGood(own, other);
  const cells = [
    what,
    show(own),
    other === undefined ? '' : `${beside[0]} ${show(other)}`,
    times === undefined ? '' : `${Number(times.toPrecision(3))}x`,
    aimOf(aim, own.kind),
    isReached(aim, own.value, times) ? 'yes' : '**no**',
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The page as Markdown. */
export function renderPage(entries) {
  const commits = [...new Set(entries.map(({ commit }) => commit))].join(', ');
  const [cpu] = cpus();
  const lines = [
    '# Benchmarks: one run',
    '',
    `${cpus().length} cores (${cpu?.model.trim() || 'unnamed'}), Linux ${release()}, Node`,
    `${process.versions.node}, commit ${commits}.`,
    '',
    'Written by `npm run bench -- --json FILE --page docs/benchmarks.md`, which measures all',
    'of it; `FILE` holds every figure with its input. Absolute figures drift with the machine:',
    'compare ours with what stands beside it in the same run; `2x` is twice as fast as that.',
    'The last column says whether the aim was reached in this run.',
  ];
  for (const { title, rows } of SECTIONS) {
    lines.push('', `## ${title}`, '', '| what | ours | beside it | | aim | reached |');
    lines.push('|---|---|---|---|---|---|');
    lines.push(...rows.map((row) => renderRow(entries, row)));
  }
  return `${lines.join('\n')}\n`;
}

/** Writes the page of the figures in `figuresPath`. Errors: ScriptError where it can't be read. */
export function writePage(figuresPath, pagePath) {
  let entries;
  try {
    entries = JSON.parse(readFileSync(figuresPath, 'utf8'));
  } catch (error) {
    throw new ScriptError(`${figuresPath} holds no figures: ${error.message}`);
  }
  writeFileSync(pagePath, renderPage(entries));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  writePage(process.argv[2], process.argv[3]);
}

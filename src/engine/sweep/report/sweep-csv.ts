import type { SweepFailure, SweepResult, SweepRow } from '../sweep-result.js';

const COLUMNS = [
  ['objective', (row: SweepRow) => row.objective],
  ['sharpe', (row: SweepRow) => row.sharpe],
  ['sortino', (row: SweepRow) => row.sortino],
  ['probabilistic_sharpe', (row: SweepRow) => row.probabilisticSharpe],
  ['pnl', (row: SweepRow) => row.pnl],
  ['fees', (row: SweepRow) => row.fees],
  ['drawdown', (row: SweepRow) => row.drawdown],
  ['drawdown_ratio', (row: SweepRow) => row.drawdownRatio],
  ['orders', (row: SweepRow) => row.orders],
  ['fills', (row: SweepRow) => row.fills],
  ['round_trips', (row: SweepRow) => row.roundTrips],
  ['turnover', (row: SweepRow) => row.turnover],
  ['samples', (row: SweepRow) => row.samples],
  ['seconds', (row: SweepRow) => row.seconds],
  ['state_hash', (row: SweepRow) => row.stateHash],
  ['warnings', (row: SweepRow) => row.warnings.join(' ')],
] as const;

/** All runs as CSV (RFC 4180 with plain line feeds), by rank; failed ones at the end. */
export function sweepCsv(result: SweepResult): string {
  const names = result.parameters.map(({ name }) => name);
  const header = ['rank', 'id', ...names, ...COLUMNS.map(([name]) => name), 'error'];
  const parameters = (row: SweepRow | SweepFailure) => names.map((name) => row.parameters[name]);
  const rows = result.rows.map((row) => [
    row.rank,
    row.id,
    ...parameters(row),
    ...COLUMNS.map(([, value]) => value(row)),
    '',
  ]);
  const failures = result.failures.map((failure) => [
    '',
    failure.id,
    ...parameters(failure),
    ...COLUMNS.map(() => ''),
    failure.error,
  ]);
  return [header, ...rows, ...failures].map((line) => `${line.map(field).join(',')}\n`).join('');
}

function field(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openByteSink } from '../../data/byte-sink.js';
import { HftError } from '../../domain/errors.js';
import type { BacktestResult } from '../../engine/report/backtest-result.js';
import { renderHtmlReport } from '../../engine/report/html-report.js';
import { jsonReport } from '../../engine/report/json-report.js';

/** The files of a report. */
export interface WrittenReport {
  readonly report: string;
  readonly result: string;
  /** Only where a strategy logged something. */
  readonly log?: string;
}

/**
 * Writes `report.html`, `result.json` and, where there is something in it, `log.ndjson`.
 *
 * Each appears under its name when it is complete. Errors: HFT_DATA_FILE.
 */
export async function writeReport(
  result: BacktestResult,
  folder: string,
  log: { text(): string },
): Promise<WrittenReport> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HftError('HFT_DATA_FILE', `cannot make ${folder}: ${reason}`, { cause: error });
  }
  const report = await writeText(join(folder, 'report.html'), renderHtmlReport(result));
  const json = await writeText(
    join(folder, 'result.json'),
    `${JSON.stringify(jsonReport(result))}\n`,
  );
  const text = log.text();
  if (text === '') return { report, result: json };
  return { report, result: json, log: await writeText(join(folder, 'log.ndjson'), text) };
}

async function writeText(path: string, text: string): Promise<string> {
  const sink = await openByteSink(path);
  try {
    await sink.write(Buffer.from(text));
    await sink.close();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
  return path;
}

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HftError } from '../../../domain/errors.js';
import type { SweepResult } from '../sweep-result.js';
import { sweepCsv } from './sweep-csv.js';
import { renderSweepReport } from './sweep-html.js';

/** Where the reports of a sweep are. */
export interface SweepReports {
  readonly html: string;
  readonly csv: string;
  readonly json: string;
}

/** Writes `report.html`, `results.csv`, `sweep.json`, each whole or not. Errors: HFT_DATA_FILE. */
export function writeSweepReports(folder: string, result: SweepResult): SweepReports {
  const put = (name: string, text: string): string => {
    const path = join(folder, name);
    try {
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HftError('HFT_DATA_FILE', `cannot write ${path}: ${reason}`, { cause: error });
    }
    return path;
  };
  return {
    html: put('report.html', renderSweepReport(result)),
    csv: put('results.csv', sweepCsv(result)),
    json: put('sweep.json', `${JSON.stringify(result)}\n`),
  };
}

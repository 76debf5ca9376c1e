// An ExecutionReport of 22 fields through jspurefix's own benchmark (`view`: fields found; `object`:
// a typed message), beside this product's native codec in bench_fix_codec and TypeScript in
// fix.bench. The package is large and no dependency: `npm install --no-save jspurefix@5.11.4` brings
// it; without it this program says that it skips.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Report } from '../report.js';

const BODY =
  '35=8|34=5|49=VENUE|52=20240115-10:20:31.050|56=CLIENT1|37=9001|11=ord-0001|17=E1|150=F|39=1|' +
  '55=AAPL|54=1|38=100|40=2|44=185.25|59=0|32=40|31=185.25|151=60|14=40|6=185.25|' +
  '60=20240115-10:20:31.049|';

/** What jspurefix prints with `--json`, as far as it is read here. */
interface Suite {
  readonly results: readonly {
    readonly name: string;
    readonly timing: { readonly samples: number; readonly min: number };
  }[];
}

function find(): string | undefined {
  try {
    const main = createRequire(import.meta.url).resolve('jspurefix');
    return join(dirname(main), 'jsfix-bench.js');
  } catch {
    return undefined;
  }
}

/** The message with `|` between its fields, BodyLength and CheckSum right. */
function sealed(): string {
  const front = `8=FIX.4.4|9=${BODY.length}|${BODY}`;
  const sum = Buffer.from(front.replaceAll('|', '\u0001')).reduce((all, byte) => all + byte, 0);
  return `${front}10=${String(sum % 256).padStart(3, '0')}|\n`;
}

const report = new Report();
const program = find();
if (program === undefined) {
  console.log('skipped: jspurefix is not installed (npm install --no-save jspurefix@5.11.4)');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'hft-jspurefix-'));
  try {
    const file = join(folder, 'fix.txt');
    writeFileSync(file, sealed());
    const session = 'data/session/test-qf44-initiator.json';
    const size = ['--rounds=100', '--msgs=200', '--warmup=5000'];
    const text = execFileSync(
      process.execPath,
      [
        '--expose-gc',
        program,
        '--dict=qf44',
        `--session=${session}`,
        `--fix=${file}`,
        ...size,
      ].concat('--json'),
      { encoding: 'utf8' },
    );
    const suite = JSON.parse(text.slice(text.indexOf('{'))) as Suite;
    for (const { name, timing } of suite.results) {
      // The best round: it counts by the clock, and other programs slow the rest.
      const figure = { unit: 'ns', value: timing.min, runs: timing.samples, input: '22 fields' };
      report.add({ name: `fix/jspurefix ${name}`, ...figure });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
report.write();

import type { Command } from 'commander';
import type { NativeJournalReport } from '../../addon/journal.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';
import { factLines } from '../table.js';

interface AuditOptions {
  readonly json?: boolean;
}

/** What each fault means, for people. */
const FAULTS: Readonly<Record<string, string>> = {
  tornTail: 'the end is torn: opening the journal cuts it off',
  badHead: 'HEAD is damaged or does not fit the segments',
  badSegment: "a segment's header is damaged or of another journal",
  missingSegment: 'a segment is missing',
  damagedRecord: 'a record does not match its checksum',
  brokenChain: 'a record does not follow the one before it',
  badSequence: 'a record was dropped, added or moved',
  badSeal: 'a finished segment does not match its seal',
  missingRecords: 'the journal ends before a record that HEAD knows of',
  foreignBytes: 'something stands behind the end',
};

/** Adds `hft audit` and its verbs. */
export function addAuditCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const audit = program.command('audit').description('prove and print journals');
  const verify = audit
    .command('verify')
    .description('find any altered, dropped, reordered or truncated record')
    .argument('<journal>', 'directory of the journal')
    .option('--json', 'print one JSON object');
  verify.action(async (path: string) => {
    setExitCode(await runVerify(path, verify.opts<AuditOptions>(), context));
  });
  const dump = audit
    .command('dump')
    .description('print the records')
    .argument('<journal>', 'directory of the journal')
    .option('--json', 'print NDJSON: one object a record');
  dump.action(async (path: string) => {
    setExitCode(await runDump(path, dump.opts<AuditOptions>(), context));
  });
}

async function runVerify(
  path: string,
  options: AuditOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { loadAddon } = await import('../../addon/addon.js');
  const report = loadAddon().auditJournal(path);
  const isSound = report.fault === 'ok';
  if (options.json === true) {
    printJson(context, { ok: isSound, ...report, isClosed: report.isClosed === 1 });
  } else {
    const lines = factLines([
      ['records', `${report.records} (${report.firstSequence} to ${report.lastSequence})`],
      ['on disk up to', String(report.durableSequence)],
      ['run', `${report.run}${report.isClosed === 1 ? ', closed' : ', not closed'}`],
      ['newest seal', report.sealDigest],
      ['verdict', isSound ? 'sound' : report.fault],
    ]);
    for (const line of lines) printLine(context, line);
  }
  return judge(report, context);
}

async function runDump(
  path: string,
  options: AuditOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { loadAddon } = await import('../../addon/addon.js');
  const { decodeRecord } = await import('../../storage/journal/decode-record.js');
  const report = loadAddon().auditJournal(path, (sequence, kind, realtime, monotonic, payload) => {
    const { name, fields } = decodeRecord(kind, payload);
    if (options.json === true) {
      printJson(context, { sequence, kind: name, realtime, monotonic, fields });
      return;
    }
    const text = Object.entries(fields).map(([field, value]) => `${field}=${value}`);
    printLine(context, `${sequence} ${realtime} ${name} ${text.join(' ')}`);
  });
  return judge(report, context);
}

function judge(report: NativeJournalReport, context: CliContext): ExitCode {
  if (report.fault === 'ok') return ExitCode.Ok;
  const where = `segment ${report.segment}, offset ${report.offset}, sequence ${report.sequence}`;
  const place = report.fault === 'tornTail' ? `after sequence ${report.lastSequence}` : where;
  printNote(context, `error: ${FAULTS[report.fault] ?? report.fault} (${place})`);
  return ExitCode.BadData;
}

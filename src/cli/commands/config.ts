import type { Command } from 'commander';
import { ConfigurationManager } from '../../config/configuration-manager.js';
import { problemText } from '../../config/problems.js';
import { SHIPPED_PARAMETERS } from '../../strategies/catalog.js';
import { type CliContext, printJson, printLine, printNote } from '../context.js';
import { ExitCode } from '../exit-code.js';

interface ConfigCommandOptions {
  readonly json?: boolean;
}

/** Adds `hft config` and its verbs. */
export function addConfigCommand(
  program: Command,
  context: CliContext,
  setExitCode: (code: ExitCode) => void,
): void {
  const config = program.command('config').description('check and print configurations');
  const validate = config
    .command('validate')
    .description('tell everything that is wrong, as file:line:column')
    .argument('<file>', 'configuration in YAML')
    .option('--json', 'print one JSON object');
  validate.action(async (file: string) => {
    setExitCode(await runValidate(file, validate.opts<ConfigCommandOptions>(), context));
  });
  const show = config
    .command('show')
    .description('print it with defaults, variables and overrides; secrets are masked')
    .argument('<file>', 'configuration in YAML')
    .option('--json', 'print JSON in place of YAML');
  show.action(async (file: string) => {
    setExitCode(await runShow(file, show.opts<ConfigCommandOptions>(), context));
  });
  config
    .command('schema')
    .description('print the JSON Schema, for editors')
    .action(() => {
      printLine(context, JSON.stringify(ConfigurationManager.jsonSchema(), null, 2));
    });
}

async function runValidate(
  file: string,
  options: ConfigCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const read = { env: context.env, catalog: SHIPPED_PARAMETERS };
  const result = await ConfigurationManager.read(file, read);
  const problems = result.ok ? [] : result.problems;
  if (options.json === true) {
    const rows = problems.map((problem) => ({ ...problem, text: problemText(problem) }));
    printJson(context, { ok: result.ok, file, problems: rows });
  } else if (result.ok) {
    printLine(context, `${file}: ok`);
  } else {
    for (const problem of problems) printLine(context, problemText(problem));
    printNote(context, `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`);
  }
  return result.ok ? ExitCode.Ok : ExitCode.BadData;
}

async function runShow(
  file: string,
  options: ConfigCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const read = { env: context.env, catalog: SHIPPED_PARAMETERS };
  const manager = await ConfigurationManager.load(file, read);
  if (options.json === true) printJson(context, manager.masked());
  else context.stdout.write(manager.toYaml());
  return ExitCode.Ok;
}

import type { Command } from 'commander';
import { type CliContext, printJson, printLine } from '../context.js';
import { writeProject } from '../init/write-project.js';

interface InitOptions {
  readonly directory: string;
  readonly json?: boolean;
}

/** Adds `hft init`. */
export function addInitCommand(program: Command, context: CliContext): void {
  const init = program
    .command('init')
    .description('write a strategy project that runs: strategy, configuration, test')
    .argument('<name>', 'name of the project and its folder')
    .option('-d, --directory <folder>', 'folder to write it into', '.')
    .option('--json', 'print one JSON object');
  init.action(async (name: string) => {
    const options = init.opts<InitOptions>();
    const project = await writeProject(name, options.directory);
    if (options.json === true) {
      printJson(context, project);
      return;
    }
    printLine(context, `${project.folder}: ${project.files.join(', ')}`);
    printLine(context, '');
    printLine(context, `  cd ${name}`);
    printLine(context, '  npm run check       # is the configuration right?');
    printLine(context, '  npm run backtest    # run the strategy, write a report');
  });
}

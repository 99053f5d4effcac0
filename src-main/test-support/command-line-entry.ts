import { join } from 'node:path';

const sources = join(import.meta.dirname, '..', 'hosts', 'cli');
const built = process.env['TRAVESSIA_TEST_CLI'];

/** Where the command line starts: the built program that \`npm test\` names (three times as quick to start), else the sources. */
export function commandLineEntry(): string {
  return built ?? join(sources, 'main.ts');
}

/** The module of the same program that runs a command line in its caller's process. */
export function commandLineModule(): string {
  return built === undefined ? join(sources, 'run-command-line.ts') : join(built, '..', 'command-line.js');
}

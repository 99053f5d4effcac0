import { commonOptions } from './arguments.ts';
import type { Command } from './command.ts';
import type { Speech } from './speech.ts';

const lines = (rows: readonly (readonly [left: string, right: string])[]): string[] => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
};

/** The help of one command, or of the program where it is none. */
export function helpText(speech: Speech, commands: Readonly<Record<string, Command>>, name: string | undefined): string {
  const command = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  return name === undefined || command === undefined ? ofProgram(speech, commands) : ofCommand(speech, name, command);
}

function ofProgram({ say }: Speech, commands: Readonly<Record<string, Command>>): string {
  return [
    say('travessia – moves data into PostgreSQL and proves that every byte arrived'), '',
    say('Usage: travessia COMMAND [ARGUMENTS]'), '',
    ...lines(Object.entries(commands).map(([key, { summary }]) => [key, say(summary)])), '',
    say('A SOURCE is a SQLite file, a JSON file (a localStorage export, a store, NDJSON: json:FILE), PGlite data (a folder or a dumpDataDir'),
    say('archive: pglite:PATH), a postgres:// URL or a saved connection. Files and folders are recognised by what is in them.'), '',
    say('travessia COMMAND --help tells its options. Exit codes: 0 clean; 1 rejects, differences or critical findings; 2 usage or invalid input;'),
    say('3 cannot connect or no permission; 4 stopped before the swap, resumable; 5 internal error; 130, 143 ended by the signal; 141 nobody read on (| head).'),
  ].join('\n');
}

function ofCommand({ say, usage }: Speech, name: string, command: Command): string {
  const verbs = Object.entries(command.verbs ?? {}).map(([verb, each]) => [`${verb} ${usage(each.usage)}`.trim(), say(each.summary)] as const);
  const options = Object.entries({ ...command.options, ...commonOptions }).map(([key, spec]) => [`--${key}${spec.value === undefined ? '' : ` ${usage(spec.value)}`}`, say(spec.summary)] as const);
  return [`travessia ${name} ${usage(command.usage)}`, '', ...(verbs.length === 0 ? [] : [...lines(verbs), '']), say(command.summary), '', ...lines(options)].join('\n');
}

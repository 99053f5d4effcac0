import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Arguments, OptionSpec } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import type { Sentence } from './texts/index.ts';

/** One verb of a command of several: `conversations search`. */
export interface Verb {
  /** After the verb. */
  readonly usage: string;
  readonly summary: Sentence;
  /** @param args without the verb */
  run(context: CommandContext): Promise<number>;
}

/** A command whose first argument says what it does; its help lists them all. */
export function commandOf(name: string, summary: Sentence, verbs: Readonly<Record<string, Verb>>, options: Readonly<Record<string, OptionSpec>>): Command {
  return {
    usage: `${Object.keys(verbs).join('|')} …`, summary, verbs, options,
    async run(context) {
      const [given, ...positionals] = context.args.positionals;
      const verb = given !== undefined && Object.hasOwn(verbs, given) ? verbs[given] : undefined;
      if (verb === undefined) throw new TravessiaError('USAGE', { message: given === undefined ? `${name} needs to be told what to do.` : `${name} does not know ${given}.`, hint: `It knows ${Object.keys(verbs).join(', ')}. See travessia ${name} --help.` });
      const args: Arguments = { ...context.args, positionals };
      return verb.run({ ...context, args });
    },
  };
}

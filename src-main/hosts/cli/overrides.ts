import { TravessiaError } from '../../../shared/contract/errors.ts';
import { misfitsOf } from '../../../shared/contract/misfits.ts';
import { overrideSchema, type Override } from '../../../shared/model/plan.ts';

/**
 * Decisions on the command line: `TABLE.COLUMN:key=value,key=value`, with `*` for any characters in both names, or an override in JSON
 * as it stands in a plan, where a name itself holds a dot or a colon.
 *
 * @throws TravessiaError USAGE
 */
export function parseOverride(word: string): Override {
  const said = word.trimStart().startsWith('{') ? fromJson(word) : fromWords(word);
  const parsed = overrideSchema.safeParse(said);
  if (!parsed.success) throw usage(`--override ${word} does not fit: ${misfitsOf(parsed.error, said)}.`);
  return parsed.data;
}

/**
 * `TABLE=CONDITION`: which rows of a table cross, as after WHERE in SQLite.
 *
 * @throws TravessiaError USAGE
 */
export function parseWhere(word: string): Override {
  const at = word.indexOf('=');
  const table = word.slice(0, at).trim();
  const filter = word.slice(at + 1).trim();
  if (at < 1 || table === '' || filter === '') throw new TravessiaError('USAGE', { message: `--where ${word} has not the form TABLE=CONDITION.`, hint: "For example --where 'orders=user_id <= 500'." });
  return { table, filter };
}

function fromJson(word: string): unknown {
  try {
    return JSON.parse(word);
  } catch {
    throw usage(`--override ${word} is not JSON.`);
  }
}

const keys: Readonly<Record<string, string>> = { type: 'type', cast: 'cast', name: 'targetName', exclude: 'exclude', create: 'create', collation: 'collation', nul: 'nul', invalid: 'invalid', infinity: 'infinity', keys: 'keys' };

function fromWords(word: string): Record<string, unknown> {
  const [, table, column, decisions] = /^([^.:]+)(?:\.([^:]+))?:(.+)$/s.exec(word) ?? [];
  if (table === undefined || decisions === undefined) throw usage(`--override ${word} has not the form TABLE.COLUMN:key=value.`);
  const override: Record<string, unknown> = { table, ...(column === undefined ? {} : { column }) };
  // Types hold commas as well: numeric(10,2).
  for (const part of decisions.split(/,(?=\s*[a-z]+=)/)) {
    const [, key = '', value = ''] = /^\s*([a-z]+)=(.*)$/s.exec(part) ?? [];
    const name = keys[key];
    if (name === undefined) throw usage(`--override ${word}: ${part.trim()} says nothing; known are ${Object.keys(keys).join(', ')}.`);
    const text = value.trim();
    override[name] = name === 'exclude' || name === 'create' ? text === 'true' : (name === 'cast' || name === 'collation') && text === 'none' ? null : text;
  }
  return override;
}

function usage(message: string): TravessiaError {
  return new TravessiaError('USAGE', { message, hint: "For example --override '*.note:nul=escape' or --override 'orders.total:type=numeric(10,2)'." });
}

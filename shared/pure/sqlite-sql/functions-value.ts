import { asInteger, asShown, asText, commonType, plain, truth, unify } from './coerce.ts';
import { compare, orderingKey } from './compare.ts';
import { typeofCall } from './compare-special.ts';
import { Untranslatable } from './errors.ts';
import type { FunctionTable } from './functions.ts';
import { handedOn, int, nothing, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';
import { match } from './like.ts';
import type { Translator } from './translator.ts';

/** The argument at a place; SQLite itself refuses a call with too few. */
export function argument(args: readonly Typed[], index: number): Typed {
  const value = args[index];
  if (value === undefined) throw new Untranslatable('a function is called with too few arguments');
  return value;
}

function coalesce(args: readonly Typed[], translator: Translator): Typed {
  const values = unify(args.map(asShown), translator.note);
  if (values.every((value) => value.kind === 'null')) return nothing;
  return { ...commonType(values), sql: `coalesce(${values.map((value) => value.sql).join(', ')})` };
}

function iif(args: readonly Typed[], translator: Translator): Typed {
  const pairs: { when: Typed; then: Typed }[] = [];
  for (let at = 0; at + 1 < args.length; at += 2) pairs.push({ when: argument(args, at), then: argument(args, at + 1) });
  const otherwise = args.length % 2 === 1 ? args.slice(-1) : [];
  const values = unify([...pairs.map((pair) => pair.then), ...otherwise].map(asShown), translator.note);
  const branches = pairs.map((pair, index) => `WHEN ${truth(pair.when)} THEN ${values[index]?.sql ?? 'NULL'}`);
  const last = otherwise.length === 0 ? '' : ` ELSE ${values.at(-1)?.sql ?? 'NULL'}`;
  return { ...commonType(values), sql: `(CASE ${branches.join(' ')}${last} END)` };
}

/** min() and max() of several values: NULL as soon as one is NULL, which least() and greatest() pass over. */
function extreme(name: 'least' | 'greatest'): FunctionTable[string] {
  return (args, translator) => {
    if (args.some((value) => value.kind === 'null')) return nothing;
    const values = unify(args.map(asShown), translator.note);
    if (values.some((value) => value.kind === 'mixed')) throw new Untranslatable('min() or max() of texts and numbers together');
    const type = commonType(values);
    const items = values.map(orderingKey);
    if (values.some((value) => value.collation !== 'BINARY')) throw new Untranslatable('min() or max() under a collation');
    const nullable = args.filter((value) => value.literal === undefined).map((value) => `${value.sql} IS NULL`);
    const sql = `${name}(${items.join(', ')})`;
    return { ...type, sql: nullable.length === 0 ? sql : `(CASE WHEN ${nullable.join(' OR ')} THEN NULL ELSE ${sql} END)` };
  };
}

const refuse = (reason: string) => (): never => {
  throw new Untranslatable(reason);
};

const first: FunctionTable[string] = (args) => handedOn(argument(args, 0));

/** Functions that pass values on, choose among them, or ask about them. */
export const valueFunctions: FunctionTable = {
  coalesce,
  ifnull: coalesce,
  iif,
  if: iif,
  nullif: (args, translator) => {
    const value = asShown(argument(args, 0));
    if (value.kind === 'null') return nothing;
    // Arguments of functions have no affinity: nullif(i, '12') never finds its two values equal.
    const test = compare('=', { ...value, affinity: 'NONE' }, { ...argument(args, 1), affinity: 'NONE' }, translator.note);
    const { literal: _, ...rest } = value;
    return { ...handedOn(rest), sql: `(CASE WHEN ${test.sql} THEN NULL ELSE ${value.sql} END)` };
  },
  min: extreme('least'),
  max: extreme('greatest'),
  typeof: (args) => typeofCall(plainOrOpaque(argument(args, 0))),
  likely: first,
  unlikely: first,
  likelihood: first,
  like: (args, translator) => match('LIKE', argument(args, 1), argument(args, 0), args[2], false, translator),
  glob: (args, translator) => match('GLOB', argument(args, 1), argument(args, 0), undefined, false, translator),
  random: (_args, translator) => {
    translator.unstable('random()');
    return int(`('x' || substr(md5(random()::text || clock_timestamp()::text), 1, 16))::bit(64)::bigint`);
  },
  randomblob: (args, translator) => {
    const size = Number(argument(args, 0).literal);
    if (!(size >= 1 && size <= 32)) throw new Untranslatable('randomblob() of more than 32 bytes or of a size not given as a number');
    translator.unstable('gen_random_uuid()');
    return typed(
      `substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, ${size})`,
      'blob',
      'bytea',
    );
  },
  zeroblob: (args) => typed(`decode(repeat('00', greatest(${asInteger(argument(args, 0)).sql}, 0)::integer), 'hex')`, 'blob', 'bytea'),
  quote: (args, translator) => {
    const value = argument(args, 0);
    if (value.kind === 'null') return text("'NULL'", { literal: 'NULL' });
    const it = plain(value);
    if (it.kind === 'int') return text(`coalesce(${asText(it).sql}, 'NULL')`);
    if (it.kind !== 'text') throw new Untranslatable('quote() of something else than texts and whole numbers');
    translator.note('quote() is written out with replace()');
    return text(`coalesce('''' || replace(${it.sql}, '''', '''''') || '''', 'NULL')`);
  },
  changes: refuse('changes() belongs to a connection, not to stored data'),
  total_changes: refuse('total_changes() belongs to a connection, not to stored data'),
  last_insert_rowid: refuse('last_insert_rowid() belongs to a connection; PostgreSQL has RETURNING'),
  sqlite_version: refuse('sqlite_version() tells of SQLite itself'),
  load_extension: refuse('load_extension() loads a program'),
};

/** The operand of typeof: classes as the source held them; types without a class stay as they are. */
function plainOrOpaque(value: Typed): Typed {
  if (value.kind === 'opaque' || value.kind === 'mixed') throw new Untranslatable('typeof() of a value whose class is not known');
  return value.pg === 'boolean' && value.isColumn !== true ? plain(value) : value;
}


/** A PostgreSQL type as in DDL, taken apart: `numeric(10,2)` → base `numeric`, args [10, 2]. */
export interface TypeName {
  readonly base: string;
  readonly args: readonly number[];
}

/** Spellings of one type (manual 8, table 8.1, and the internal names). */
const aliases: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  decimal: 'numeric',
  float4: 'real',
  float8: 'double precision',
  float: 'double precision',
  bool: 'boolean',
  'character varying': 'varchar',
  character: 'char',
  bpchar: 'char',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
};

/** Takes a type's text apart. Throws where it is not of the form `name [(n[, n])] [with|without time zone]`. */
export function parseTypeName(type: string): TypeName {
  const text = type.trim().toLowerCase().replace(/\s+/g, ' ').replaceAll('"', '');
  const match = /^([a-z][a-z0-9_ .]*?) ?(?:\( ?(\d+) ?(?:, ?(-?\d+) ?)?\))?( with(?:out)? time zone)?$/.exec(text);
  if (match === null) throw new Error(`Not a type that Travessia writes: ${type}`);
  const [, name = '', first, second, zone = ''] = match;
  // citext may live in a schema of its own (`extensions.citext`).
  const spelled = `${name}${zone}`.replace(/^[a-z0-9_]+\./, '');
  const args = [first, second].filter((arg) => arg !== undefined).map(Number);
  return { base: aliases[spelled] ?? spelled, args };
}

/** A PostgreSQL type as the plan writes it, taken apart. */
export interface TypeName {
  /** One name per type, whatever alias the plan uses. */
  readonly base: string;
  /** Numbers in parentheses: `numeric(10,2)` → [10, 2]. */
  readonly limits: readonly number[];
}

const aliases: Readonly<Record<string, string>> = {
  int2: 'smallint', int4: 'integer', int: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', decimal: 'numeric',
  float: 'double precision', bool: 'boolean', 'character varying': 'varchar', character: 'char', bpchar: 'char', 'timestamp without time zone': 'timestamp', 'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
};

/** Reads a type as in DDL (PostgreSQL manual, table 8.1: names and aliases). A schema before the name falls away (citext may live in one of its own). */
export function parseTypeName(type: string): TypeName {
  const limits = /\(([^)]*)\)/.exec(type)?.[1]?.split(',').map((part) => Number(part.trim())) ?? [];
  const plain = type.replace(/\([^)]*\)/, ' ').replace(/"/g, '').trim().toLowerCase().replace(/\s+/g, ' ').replace(/^[a-z0-9_]+\./, '');
  return { base: aliases[plain] ?? plain, limits };
}

import type { Affinity } from './affinity.ts';

/**
 * What people mean by a declared type; `found`: nothing was declared, so only the values can tell; `postgres`: a snapshot of another
 * source names PostgreSQL's own type (`text as jsonb`).
 */
export type Meaning =
  | { readonly kind: 'integer' | 'real' | 'boolean' | 'date' | 'timestamp' | 'timestamptz' | 'time' | 'uuid' | 'json' | 'blob' | 'text' | 'found' }
  | { readonly kind: 'numeric'; readonly type: string }
  | { readonly kind: 'postgres'; readonly type: string }
  | { readonly kind: 'varchar'; readonly length: number };

/** PostgreSQL's limits: characters of varchar(n) (manual 8.3), digits of numeric(p) (manual 8.1.2). */
const maxVarchar = 10_485_760;
const maxPrecision = 1000;

/** Names that SQLite's rules would read otherwise than the people who wrote them; matched against the whole name without arguments. */
const names: ReadonlyArray<readonly [RegExp, Exclude<Meaning['kind'], 'numeric' | 'varchar' | 'postgres'>]> = [
  [/^(BOOL|BOOLEAN|LOGICAL|YES ?\/? ?NO)$/, 'boolean'],
  [/^(DATE)$/, 'date'],
  [/^(TIMESTAMPTZ|TIMESTAMP_?TZ|DATETIMEOFFSET|(TIMESTAMP|DATETIME) WITH (LOCAL )?TIME ?ZONE)$/, 'timestamptz'],
  [/^((SMALL)?DATETIME2?|TIMESTAMP|TIMESTAMP_(S|MS|NS)|(TIMESTAMP|DATETIME) WITHOUT TIME ?ZONE)$/, 'timestamp'],
  [/^(TIME|TIME WITHOUT TIME ?ZONE)$/, 'time'],
  [/^(UUID|GUID|UNIQUEIDENTIFIER)$/, 'uuid'],
  [/^(JSON|JSONB)$/, 'json'],
  [/^(BYTEA|BYTES?|(VAR)?BINARY|BINARY VARYING|LONG RAW|RAW|IMAGE|(MULTI)?(POINT|LINESTRING|POLYGON)|GEOMETRY(COLLECTION)?|GEOGRAPHY)$/, 'blob'],
  [/^((BIG|SMALL)?SERIAL[248]?|LONG|COUNTER|AUTONUMBER|ROWID|YEAR|BIT|BYTEINT)$/, 'integer'],
  [/^(STRING|CITEXT|XML|ENUM|SET|URL|URI|EMAIL|INET|CIDR|MACADDR|NAME|CLASS|INTERVAL|PASSWORD|MEMO|NOTE|PHONE|LTREE|HSTORE)$/, 'text'],
  [/^(ANY)$/, 'found'],
];

/**
 * How the snapshots of other sources declare a column: the kind of value SQLite stores, then the type it is in PostgreSQL. The first word
 * decides SQLite's affinity, so that nothing is converted; no program writes such a declaration, as AS must be quoted in one.
 */
const snapshotType = /^(?:INTEGER|TEXT|BLOB) AS (.+)$/;

/**
 * Reads a declared type as SQLite and its users mean it. Unknown names follow SQLite's affinity.
 *
 * @param declared - as `pragma table_xinfo` gives it: any text at all
 * @param affinity - of the column (`affinityOf`)
 */
export function meaningOf(declared: string, affinity: Affinity): Meaning {
  const text = declared.toUpperCase().replaceAll(/["'`[\]]/g, ' ').replaceAll(/\s+/g, ' ').trim();
  if (text === '') return { kind: 'found' };
  const named = snapshotType.exec(text)?.[1];
  if (named !== undefined) return { kind: 'postgres', type: named.toLowerCase() };
  const args = /\(\s*([^()]*?)\s*\)/.exec(text)?.[1]?.split(',').map((part) => part.trim()) ?? [];
  const name = text.replace(/\s*\([^()]*\)/, ' ').replaceAll(/\b(UNSIGNED|SIGNED|ZEROFILL|AUTO_?INCREMENT|NOCASE)\b/g, ' ').replaceAll(/\s+/g, ' ').trim();
  const known = names.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return { kind: known[1] };
  if (affinity === 'integer') return { kind: 'integer' };
  if (affinity === 'real') return { kind: 'real' };
  if (affinity === 'blob') return { kind: 'blob' };
  if (affinity === 'text') return /CHAR/.test(name) ? textOf(args) : { kind: 'text' };
  return { kind: 'numeric', type: numericOf(name, args) };
}

/** Any CHAR with a usable length is varchar(n): char(n) of PostgreSQL would pad, and compare without trailing spaces. */
function textOf(args: readonly string[]): Meaning {
  const length = wholeNumber(args[0]?.replace(/ (CHAR|BYTE)S?$/, ''));
  return length === undefined || length < 1 || length > maxVarchar || args.length !== 1 ? { kind: 'text' } : { kind: 'varchar', length };
}

function numericOf(name: string, args: readonly string[]): string {
  const precision = wholeNumber(args[0]);
  const scale = args.length > 1 ? wholeNumber(args[1]) : 0;
  const isDecimal = /^(NUMERIC|DECIMAL|DEC|NUMBER|FIXED|MONEY|SMALLMONEY|CURRENCY)$/.test(name);
  if (!isDecimal || precision === undefined || scale === undefined || args.length > 2) return 'numeric';
  if (precision < 1 || precision > maxPrecision || scale > precision) return 'numeric';
  return args.length === 1 ? `numeric(${precision})` : `numeric(${precision},${scale})`;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** How the values of one PostgreSQL type are read as text and kept in SQLite without change. */

export type Kept = string | bigint | number | Buffer;

export interface KeptType {
  /** Declared type in the snapshot; the type ladder reads the PostgreSQL type from it. */
  readonly declared: string;
  /** SQL giving the value's text; `column` is a quoted name. */
  readonly read: (column: string) => string;
  readonly keep: (text: string) => Kept;
  /** SQL giving the text that the proof compares, by another way than `read` where there is one. */
  readonly prove: (column: string) => string;
  /** The same text of what SQLite holds. */
  readonly proven: (cell: Kept | Uint8Array) => string;
  /** False where the type itself does not cross, only each value's text. */
  readonly isOwn: boolean;
}

const asText = (column: string): string => `${column}::text`;
const stays = (text: string): string => text;

function textual(declared: string, isOwn = true): KeptType {
  return { declared, read: asText, keep: stays, prove: asText, proven: String, isOwn };
}

/** Without a length `char` keeps its trailing spaces, which the cast to text takes away. */
const unpadded: KeptType = { ...textual('TEXT', false), read: (column) => `textin(bpcharout(${column}))`, prove: (column) => `textin(bpcharout(${column}))` };

function whole(type: string): KeptType {
  return { ...textual(`integer as ${type}`), keep: BigInt };
}

/** Bytes of the double itself, so that no way of writing numbers hides a last bit. NaN, which SQLite cannot store, stays its word. */
function float(type: string): KeptType {
  return {
    declared: `blob as ${type}`,
    read: (column) => `${column}::float8::text`,
    keep: (text) => (text === 'NaN' ? text : Number(text)),
    prove: (column) => `encode(float8send(${column}::float8), 'hex')`,
    proven: (cell) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(Number(cell));
      return bytes.toString('hex');
    },
    isOwn: true,
  };
}

const boolean: KeptType = { ...whole('boolean'), read: (column) => `${column}::int::text`, prove: (column) => `CASE WHEN ${column} THEN '1' ELSE '0' END` };
const bytea: KeptType = {
  declared: 'blob as bytea', read: (column) => `encode(${column}, 'hex')`, keep: (text) => Buffer.from(text, 'hex'), prove: (column) => `encode(${column}, 'hex')`,
  proven: (cell) => (cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : String(cell)), isOwn: true,
};
/** Infinity is a REAL to SQLite, and a number to whoever writes it on; all other values stay the digits they are. */
const numeric = (type: string): KeptType => ({
  ...textual(`blob as ${type}`),
  keep: (text) => (text === 'Infinity' || text === '-Infinity' ? Number(text) : text),
});

/** @param base - as `format_type` gives it, a domain resolved to what it is made of */
export function keptType(base: string): KeptType {
  const match = /^(.*?)(\([\d,-]+\))?( with(?:out)? time zone)?$/.exec(base);
  const name = `${match?.[1] ?? base}${match?.[3] ?? ''}`;
  const args = match?.[2] ?? '';
  switch (name) {
    case 'smallint':
    case 'integer':
    case 'bigint': return whole(name);
    case 'boolean': return boolean;
    case 'real':
    case 'double precision': return float(name);
    case 'numeric': return numeric(`numeric${args}`);
    case 'bytea': return bytea;
    case 'text': return textual('TEXT');
    case 'character varying': return textual(args === '' ? 'TEXT' : `text as varchar${args}`);
    case 'character': return textual(`text as char${args}`);
    case 'bpchar': return unpadded;
    case 'timestamp without time zone': return textual(`text as timestamp${args}`);
    case 'timestamp with time zone': return textual(`text as timestamptz${args}`);
    case 'time without time zone': return textual(`text as time${args}`);
    case 'date':
    case 'uuid':
    case 'json':
    case 'jsonb': return textual(`text as ${name}`);
    default: return textual('TEXT', false);
  }
}

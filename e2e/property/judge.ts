/**
 * What a SQLite value must be in PostgreSQL, written again from the rules alone (TSDoc of shared/pure/codec and docs/assess-and-plan.md)
 * and sharing no code with the program, so that the property test compares two opinions.
 */

/** A value as SQLite holds it: its storage class, and text as bytes besides. */
export type Stored =
  | { readonly is: 'null' }
  | { readonly is: 'integer'; readonly value: bigint }
  | { readonly is: 'real'; readonly value: number }
  /** `text`: undefined where the bytes are not valid in the file's encoding. */
  | { readonly is: 'text'; readonly bytes: Buffer; readonly text: string | undefined; readonly utf16: boolean }
  | { readonly is: 'blob'; readonly bytes: Buffer };

export interface Judge {
  /** The value's canonical text, or undefined where it has no form in the type. NULL is not asked. */
  from(value: Stored): string | undefined;
  /** The canonical text of what PostgreSQL shows. */
  to(shown: string): string;
}

const same = (shown: string): string => shown;

/** A number's text without anything that does not change it: sign, digits, power of ten. */
function decimal(text: string): { readonly negative: boolean; readonly digits: string; readonly power: number } | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return undefined;
  const digits = `${match[2]}${match[3] ?? ''}`.replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  return { negative: match[1] === '-', digits: short, power: short === '' ? 0 : Number(match[4] ?? 0) - (match[3] ?? '').length + digits.length - short.length };
}

function normal(text: string): string {
  const parts = decimal(text);
  return parts === undefined ? text : `${parts.negative ? '-' : ''}${parts.digits === '' ? '0' : parts.digits}e${parts.power}`;
}

const plainNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const shortest = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** The number as text, for types that take numbers and plain number texts. */
function numberText(value: Stored): string | undefined {
  if (value.is === 'integer') return String(value.value);
  if (value.is === 'real') return shortest(value.value);
  return value.is === 'text' && value.text !== undefined && plainNumber.test(value.text) ? value.text : undefined;
}

function integer(bits: number): Judge {
  const limit = 2n ** BigInt(bits - 1);
  return {
    from: (value) => {
      const text = numberText(value);
      if (text === undefined || !/^(?:0|-?[1-9]\d*)$/.test(text)) return undefined;
      if (value.is === 'real' && BigInt(value.value) !== BigInt(text)) return undefined;
      const whole = BigInt(text);
      return whole >= -limit && whole < limit ? text : undefined;
    },
    to: same,
  };
}

function numeric(precision: number | undefined, scale: number): Judge {
  return {
    from: (value) => {
      if (value.is === 'real' && !Number.isFinite(value.value)) return precision === undefined ? String(value.value) : undefined;
      const text = numberText(value);
      const parts = text === undefined ? undefined : decimal(text);
      if (text === undefined || parts === undefined || (parts.negative && parts.digits === '')) return undefined;
      if (precision !== undefined && (-parts.power > scale || parts.digits.length + parts.power > precision - scale) && parts.digits !== '') return undefined;
      return normal(text);
    },
    to: normal,
  };
}

function bits(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

function double(narrow: boolean): Judge {
  return {
    from: (value) => {
      let number: number | undefined;
      if (value.is === 'real') number = value.value;
      else {
        const text = numberText(value);
        if (text === undefined) return undefined;
        number = Number(text);
        const isZero = number === 0 && text.startsWith('-') && text !== '-0';
        if (!Number.isFinite(number) || isZero || normal(text) !== normal(shortest(number))) return undefined;
        if (value.is === 'integer' && String(number) !== text) return undefined;
      }
      return narrow && Math.fround(number) !== number ? undefined : bits(number);
    },
    to: (shown) => bits(narrow ? Math.fround(Number(shown)) : Number(shown)),
  };
}

const boolean: Judge = {
  from: (value) => {
    if (value.is === 'integer' || value.is === 'real') return Number(value.value) === 1 ? 't' : Number(value.value) === 0 ? 'f' : undefined;
    const word = value.is === 'text' ? (value.text ?? '').toLowerCase() : '';
    if (['1', 't', 'true', 'y', 'yes', 'on'].includes(word)) return 't';
    return ['0', 'f', 'false', 'n', 'no', 'off'].includes(word) ? 'f' : undefined;
  },
  to: same,
};

const dayMicros = 86_400_000_000n;
const first = BigInt(new Date('0001-01-01T00:00:00Z').getTime()) * 1000n;
const last = BigInt(new Date('9999-12-31T00:00:00Z').getTime()) * 1000n + dayMicros;

interface Moment {
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly zoned: boolean;
}

function momentOf(text: string): Moment | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d)(?::(\d\d))?)?)?$/.exec(text);
  if (match === null || text.length > 40) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = (match[7] ?? '').padEnd(9, '0');
  if (!fraction.endsWith('000')) return undefined;
  const offset = Number(match[10] ?? 0) * 60 + Number(match[11] ?? 0);
  if (Number(match[10] ?? 0) > 15 || Number(match[11] ?? 0) > 59) return undefined;
  const micros = BigInt(date.getTime()) * 1000n + BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt(fraction.slice(0, 6)) - BigInt(match[9] === '-' ? -offset : offset) * 60_000_000n;
  return { micros, zoned: match[8] !== undefined || match[9] !== undefined };
}

function counted(value: Stored, power: number): Moment | undefined {
  if (value.is === 'real' && !Number.isFinite(value.value)) return undefined;
  const text = numberText(value);
  const parts = text === undefined ? undefined : decimal(text);
  if (parts === undefined) return undefined;
  if (parts.digits === '') return { micros: 0n, zoned: true };
  if (parts.power + power < 0 || parts.power + power > 40) return undefined;
  const whole = BigInt(parts.digits) * 10n ** BigInt(parts.power + power);
  return { micros: parts.negative ? -whole : whole, zoned: true };
}

const powers: Readonly<Record<string, number>> = { 'epoch s': 6, 'epoch ms': 3, 'epoch us': 0, 'epoch ns': -3 };

function moment(type: 'date' | 'timestamp' | 'timestamptz', cast: string | undefined, decimals = 6): Judge {
  const power = cast === undefined ? undefined : powers[cast];
  return {
    from: (value) => {
      const found = power === undefined ? (value.is === 'text' && value.text !== undefined ? momentOf(value.text) : undefined) : counted(value, power);
      if (found === undefined || (power === undefined && found.zoned && type !== 'timestamptz')) return undefined;
      if (found.micros < first || found.micros >= last || found.micros % BigInt(10 ** (6 - decimals)) !== 0n) return undefined;
      return type === 'date' && found.micros % dayMicros !== 0n ? undefined : String(found.micros);
    },
    to: (shown) => String(momentOf(shown)?.micros ?? `not a moment: ${shown}`),
  };
}

const time: Judge = {
  from: (value) => {
    if (value.is !== 'text' || value.text === undefined || value.text.length > 18 || !/^\d\d:/.test(value.text)) return undefined;
    const found = momentOf(`1970-01-01 ${value.text}`);
    return found === undefined || found.zoned ? undefined : String(found.micros);
  },
  to: (shown) => String(momentOf(`1970-01-01 ${shown}`)?.micros ?? shown),
};

const uuid: Judge = {
  from: (value) => {
    if (value.is === 'blob') return value.bytes.length === 16 ? value.bytes.toString('hex') : undefined;
    if (value.is !== 'text' || value.text === undefined) return undefined;
    const bare = /^\{(.*)\}$/s.exec(value.text)?.[1] ?? value.text;
    const hex = bare.toLowerCase().replace(/^urn:uuid:/, '');
    return /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(hex) ? hex.replaceAll('-', '') : undefined;
  },
  to: (shown) => shown.replaceAll('-', ''),
};

/** A REAL among texts: its shortest digits, with `.0` where they would be an integer's. */
const realText = (value: number): string => (Object.is(value, -0) ? '-0.0' : Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value));

const json: Judge = {
  from: (value) => {
    if (value.is === 'integer') return String(value.value);
    if (value.is === 'real') return Number.isFinite(value.value) ? realText(value.value) : undefined;
    if (value.is !== 'text' || value.text === undefined) return undefined;
    try {
      JSON.parse(value.text);
      return value.text;
    } catch {
      return undefined;
    }
  },
  to: same,
};

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes as text whose escapes PostgreSQL's bytea reads back: one byte at a time, unless two to four of them are one character. */
function escapedBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const size = [1, 2, 3, 4].find((length) => at + length <= bytes.length && utf8(bytes.subarray(at, at + length)) !== undefined);
    const character = size === undefined ? '' : (utf8(bytes.subarray(at, at + size)) ?? '');
    text += character === '\\' ? '\\\\' : character === '' || character === '\0' ? `\\${(bytes[at] ?? 0).toString(8).padStart(3, '0')}` : character;
    at += size ?? 1;
  }
  return text;
}

/** A text by its bytes in UTF-8; undefined for what is none. */
function textBytes(value: Stored): Buffer | undefined {
  if (value.is === 'integer') return Buffer.from(String(value.value));
  if (value.is === 'real') return Buffer.from(realText(value.value));
  if (value.is !== 'text') return undefined;
  return value.text !== undefined ? Buffer.from(value.text) : value.utf16 ? undefined : value.bytes;
}

function byBytes(read: (bytes: Buffer) => string): Judge {
  return {
    from: (value) => {
      const bytes = textBytes(value);
      const text = bytes === undefined ? undefined : read(bytes);
      return text === undefined || text.includes('\0') ? undefined : text;
    },
    to: same,
  };
}

function text(cast: string | undefined, limit: number | undefined, padded: boolean): Judge {
  return {
    from: (value) => {
      let written: string | undefined;
      if (value.is === 'integer') written = String(value.value);
      else if (value.is === 'real') written = realText(value.value);
      else if (value.is === 'text') written = value.text;
      else if (value.is === 'blob' && cast === 'blob as utf-8') written = utf8(value.bytes);
      if (written !== undefined && cast === 'nul escaped') written = written.replaceAll('\\', '\\\\').replaceAll('\0', '\\u0000');
      if (written === undefined || written.includes('\0') || (limit !== undefined && [...written].length > limit)) return undefined;
      return padded && written.endsWith(' ') ? undefined : written;
    },
    to: padded ? (shown) => shown.replace(/ +$/, '') : same,
  };
}

/** A REAL among bytes: as Python's repr and C write it. */
function realBytes(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e16)) return realText(value);
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

function bytea(cast: string | undefined): Judge {
  const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;
  return {
    from: (value) => {
      if (value.is === 'blob') return hex(value.bytes);
      if (cast !== 'text as bytes') return undefined;
      if (value.is === 'text') return value.text !== undefined ? hex(Buffer.from(value.text)) : value.utf16 ? undefined : hex(value.bytes);
      if (value.is === 'integer') return hex(Buffer.from(String(value.value)));
      return value.is === 'real' ? hex(Buffer.from(realBytes(value.value))) : undefined;
    },
    to: same,
  };
}

/** The judge of a column of the plan. */
export function judgeOf(type: string, cast: string | undefined): Judge {
  const [, name = type, a, b] = /^([a-z ]+)(?:\((\d+)(?:,\s*(\d+))?\))?$/.exec(type) ?? [];
  const args = [a, b].map((part) => (part === undefined ? undefined : Number(part)));
  switch (name) {
    case 'smallint': return integer(16);
    case 'integer': return integer(32);
    case 'bigint': return integer(64);
    case 'numeric': return numeric(args[0], args[1] ?? 0);
    case 'real': return double(true);
    case 'double precision': return double(false);
    case 'boolean': return boolean;
    case 'date': case 'timestamp': case 'timestamptz': return moment(name, cast, args[0]);
    case 'time': return time;
    case 'uuid': return uuid;
    case 'json': return json;
    case 'text':
      if (cast === 'bytes escaped') return byBytes(escapedBytes);
      if (cast === 'latin-1 decoded') return byBytes((bytes) => bytes.toString('latin1'));
      return text(cast, undefined, false);
    case 'varchar': return text(cast, args[0], false);
    case 'char': return text(cast, args[0] ?? 1, true);
    case 'bytea': return bytea(cast);
    default: throw new Error(`The property test has no judge for ${type}.`);
  }
}

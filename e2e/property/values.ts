import fc from 'fast-check';

/** What a test puts into a cell; `raw` is text of any bytes, valid or not (CAST(? AS TEXT)). */
export type Cell = null | bigint | number | string | Uint8Array | { readonly raw: Uint8Array };

const texts = [
  '', ' ', 'a', 'A', 'b', 'a ', ' a', 'ab', 'ÀÉ', 'é', 'e\u0301', '\uFFFD', '\uFEFFx', '😀', 'a\0b', '\0', '\\', '\\N', '\\x41', '\\u0000', 'a\tb\nc\r', '"', "'", '%', '_', 'NULL', 'null', 'true', 'False', 'YES', 'no', 'on', 't', 'y',
  '0', '1', '-1', '+1', '01', '1.0', '1.50', '-0', '-0.0', '0.1', '1e3', '1E400', '.5', '5.', '0x1F', '9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '123456789012345678901234567890.5', 'Infinity', '-inf', 'NaN', '1_000',
  '2024-01-31', '2024-02-30', '2023-02-29', '0000-01-01', '0001-01-01', '9999-12-31', '10000-01-01', '2024-01-31 12:34:56', '2024-01-31T12:34:56Z', '2024-01-31 12:34:56.123456', '2024-01-31 12:34:56.1234567', '2024-01-31 12:34:56.100000000',
  '2024-01-31T23:59:60', '2024-01-31 24:00:00', '2024-01-31T12:34:56+02:00', '2024-01-31 12:34-03', '2024-01-31 12:34:56+15:59', '2024-01-31 12:34:56+16:00', '0001-01-01 00:00:00+05:00', '2024-1-3', '20240131', '31/01/2024', '12:34', '12:34:56.5', '24:00', '23:59:60', '2024-01-31 12:34:56 ',
  '123e4567-e89b-12d3-a456-426614174000', '{123E4567-E89B-12D3-A456-426614174000}', '123e4567e89b12d3a456426614174000', 'urn:uuid:123e4567-e89b-12d3-a456-426614174000', '123e4567-e89b-12d3-a456-42661417400',
  '{}', '[]', '{"a":1,"a":2}', '{"a":"\\u0000"}', '[1e400]', '{"a":-0}', ' {"b" : [1, 2.50]} ', '"x"', '{a:1}', '[1,]', '1 2', 'x'.repeat(3000),
] as const;

const integers = [0n, 1n, -1n, 2n, 127n, 128n, -32_769n, 65_536n, 2_147_483_647n, 2_147_483_648n, -2_147_483_649n, 9_007_199_254_740_991n, 9_007_199_254_740_992n, 9_007_199_254_740_993n, -9_007_199_254_740_993n, 9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n,
  1_700_000_000n, 1_700_000_000_000n, 1_700_000_000_000_000n, 1_700_000_000_000_000_000n, 253_402_300_799n, 253_402_300_800n, -62_135_596_800n, -62_135_596_801n] as const;

const reals = [0, -0, 0.1, -0.5, 1, 5, 1e15, 1e16, 1e21, 2 ** 53, 2 ** 60, 2 ** 63, -(2 ** 63), 1e300, 5e-324, 1.797_693_134_862_315_7e308, 0.1 + 0.2, 1 / 3, 16_777_217, 3.5, Infinity, -Infinity, 1_700_000_000.123_456, 1_700_000_000.123_456_7, 2_460_000.5, 1e-7, 123_456.789] as const;

const bytes = fc.oneof(fc.constantFrom('', '00', 'ff', '41', 'c3a9', 'c3', 'eda080', 'f0908080', 'f4908080', 'efbfbd', '4100', '0041', '123e4567e89b12d3a456426614174000', '00d8', 'd800dc00', 'fffe4100').map((hex) => new Uint8Array(Buffer.from(hex, 'hex'))), fc.uint8Array({ maxLength: 40 }));

/** Everything a cell of SQLite can hold. */
export const anyCell: fc.Arbitrary<Cell> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 3, arbitrary: fc.constantFrom(...integers) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { weight: 3, arbitrary: fc.constantFrom(...reals) },
  { weight: 1, arbitrary: fc.double({ noNaN: true }) },
  { weight: 6, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.toWellFormed()) },
  { weight: 2, arbitrary: bytes },
  { weight: 2, arbitrary: bytes.map((raw) => ({ raw })) },
);

const pad = (number: number, width = 2): string => String(number).padStart(width, '0');

/** A value that a column of this declaration would usually hold. */
export function usualCell(declared: string, n: number): Cell {
  const type = declared.toUpperCase();
  const day = `${2000 + (n % 40)}-${pad(1 + (n % 12))}-${pad(1 + (n % 28))}`;
  const clock = `${pad(n % 24)}:${pad(n % 60)}:${pad((n * 7) % 60)}`;
  if (type.includes('BOOL') || type === 'BIT') return BigInt(n % 2);
  if (type.includes('DATETIME') || type.startsWith('TIMESTAMP')) return `${day} ${clock}${type.includes('ZONE') || type.includes('TZ') ? '+01:00' : ''}`;
  if (type === 'DATE') return day;
  if (type === 'TIME') return clock;
  if (type.includes('INT') || type.includes('SERIAL') || type === 'YEAR') return BigInt(n) - 20n;
  if (type.includes('UUID') || type.includes('GUID')) return `123e4567-e89b-12d3-a456-${pad(n, 12)}`;
  if (type.includes('JSON')) return JSON.stringify({ n, deep: [n % 3, null, 'ç'] });
  if (type.includes('BLOB') || type.includes('BYTEA') || type.includes('BINARY')) return new Uint8Array([n % 256, 0, (n * 31) % 256]);
  if (type.includes('REAL') || type.includes('FLOA') || type.includes('DOUB')) return n / 8 + 0.1;
  if (type.includes('DEC') || type.includes('NUM') || type.includes('MONEY')) return n % 3 === 0 ? BigInt(n) : Number((n / 100).toFixed(2));
  return n % 5 === 0 ? `Ünï ${n}` : `t${n}`;
}

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalType } from '../../../shared/pure/canonical/index.ts';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { bitmapBlock, createRowHash, hashText, rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import type { Cast } from '../../../shared/model/values.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, testSeed, type TestDatabase } from '../../test-support/index.ts';
import { sha256Hex } from './shape.ts';

const seed = testSeed();
const sample = <T>(arbitrary: fc.Arbitrary<T>): T[] => fc.sample(arbitrary, { numRuns: 1000, seed });
const iso = fc.date({ min: new Date('0001-01-02T00:00:00Z'), max: new Date('9999-12-30T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString());
const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((each) => !each.includes('\0'));
const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat(30)).map(([digits, scale]) => {
  const plain = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  return `${digits < 0n ? '-' : ''}${plain.slice(0, plain.length - scale)}${scale > 0 ? `.${plain.slice(plain.length - scale)}` : ''}`;
});
/** What PostgreSQL reads for a source value: its own spelling of the same value. */
const spelled = (value: SourceCell): string => (Object.is(value, -0) ? '-0' : value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value));

describe.skipIf(!hasPostgres())(`canonical texts and hashes, the same on both sides (seed ${seed})`, () => {
  let database: TestDatabase;
  let session: PgSession;
  beforeAll(async () => {
    database = await freshDatabase();
    session = await database.connect();
    // Nothing may depend on the session's settings.
    await session.exec("SET TimeZone = 'America/Sao_Paulo'; SET DateStyle = 'German'; SET bytea_output = 'escape'; SET extra_float_digits = 0");
  });
  afterAll(async () => {
    await session.close();
    await database.close();
  });

  const cases: readonly (readonly [string, readonly SourceCell[]])[] = [
    ['bigint', sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))],
    ['double precision', sample(fc.double({ noNaN: true }))],
    ['real', sample(fc.float({ noNaN: true }))],
    ['numeric', [...sample(decimal), ...sample(fc.double({ noNaN: true, noDefaultInfinity: true })).filter((value) => !Object.is(value, -0)), Infinity, -Infinity]],
    ['timestamptz', sample(iso)],
    ['timestamp', sample(iso.map((each) => `${each.slice(0, -1)}789`))],
    ['date', sample(iso.map((each) => each.slice(0, 10)))],
    ['time', sample(iso.map((each) => `${each.slice(11, 23)}456`))],
    ['uuid', sample(fc.uuid())],
    ['json', sample(fc.json())],
    ['jsonb', [...sample(fc.json({ stringUnit: 'binary' }).filter((each) => !each.includes('\\u0000'))), '{"b":1,"aa":2,"é":[1.50,1e5,1.5e-3,0.00,12e-1,0e3],"a":{}}', '"\\u00e9\\n\\u001f\\u007f"']],
    ['text', sample(text)],
    ['bytea', sample(fc.uint8Array({ maxLength: 130 }))],
    ['boolean', ['1', '0', 'true', 'OFF', 'yes', 'N', 't']],
  ];
  it.each(cases)('%s', async (type, values) => {
    const canonical = canonicalType(type, undefined, sha256Hex);
    const mine = values.map((value) => (value === null ? null : canonical.canonicalOf(value)));
    const kept = values.filter((_, index) => typeof mine[index] === 'string');
    // Property inputs are made to fit; a few numerics lie beyond the type's limits.
    expect(kept.length).toBeGreaterThan(values.length * 0.95);
    const rows = await session.arrays(`SELECT ${canonical.canonicalSql('v')} FROM unnest($1::text[]) WITH ORDINALITY AS u (x, n), LATERAL (SELECT x::${type} AS v) AS w ORDER BY n`, [kept.map(spelled)]);
    expect(rows.map(([theirs]) => theirs)).toEqual(mine.filter((each) => typeof each === 'string'));
  });

  it('row hashes of every length, of NULLs and of wide rows', async () => {
    const hash = createRowHash();
    const rows: (string | null)[][] = [...Array.from({ length: 101 }, (_, length) => ['x'.repeat(length)]), ...sample(fc.array(fc.option(text), { minLength: 1, maxLength: 70 })).slice(0, 200)];
    for (const row of rows) {
      const columns = row.map((_, index) => ({ column: `c${index}`, text: `c${index}` }));
      const bits = (from: number): number => row.slice(from, from + bitmapBlock).reduce((sum, value, index) => sum | (value === null ? 1 << index : 0), 0);
      row.forEach((value, index) => {
        if (index === 0) hash.reset(bits(0));
        else if (index % bitmapBlock === 0) hash.mix(bits(index));
        hash.add(value ?? '');
      });
      const found = await session.one(`SELECT (${rowHashSql(columns)})::text AS h FROM (SELECT ${row.map((_, index) => `$${index + 1}::text AS c${index}`).join(', ')}) AS q`, row);
      expect(found?.['h'], JSON.stringify(row)).toBe(hashText(hash));
    }
  });

  const meanings: readonly (readonly [string, Cast | undefined, SourceCell, string | null])[] = [
    ['boolean', undefined, 1n, 'true'], ['boolean', undefined, 'Off', 'false'], ['boolean', undefined, 2n, null], ['boolean', undefined, ' true', null],
    ['bigint', undefined, 5, '5'], ['bigint', undefined, -0, null], ['bigint', undefined, '5', '5'], ['bigint', undefined, '05', null], ['bigint', undefined, '', null], ['bigint', undefined, 2 ** 60, null], ['bigint', undefined, Infinity, null],
    ['integer', undefined, 2n ** 31n, null], ['numeric(5,2)', undefined, '1.50', '1.5'], ['numeric(5,2)', undefined, 1.005, null], ['numeric(5,2)', undefined, 1000n, null], ['numeric', undefined, 0.1, '0.1'],
    ['double precision', undefined, 2n ** 53n + 1n, null], ['double precision', undefined, '0.1000000000000000055', null], ['real', undefined, 0.1, null],
    ['text', undefined, 5n, '5'], ['text', undefined, 5, '5.0'], ['text', undefined, -0, '-0.0'], ['text', undefined, Infinity, 'Infinity'], ['text', undefined, 1e21, '1e+21'], ['text', undefined, 'a\0b', null], ['text', undefined, Buffer.from('a'), null],
    ['text', 'nul escaped', 'a\\\0b', 'a\\\\\\u0000b'], ['text', 'blob as utf-8', Buffer.from('é'), 'é'], ['text', 'blob as utf-8', Buffer.from([0xff]), null], ['text', undefined, { rawText: Buffer.from([0xff]) }, null],
    ['varchar(3)', undefined, 'né😀', 'né😀'], ['varchar(3)', undefined, 'abc ', null], ['bytea', undefined, 'x', null], ['bytea', 'text as bytes', 'é', 'c3a9'], ['bytea', 'text as bytes', { rawText: Buffer.from([0xff]) }, 'ff'],
    ['timestamp', undefined, '2024-01-01 00:00:00Z', null], ['timestamptz', undefined, '2024-01-01 00:00:00.1234567', null], ['timestamptz', undefined, '2024-02-30', null], ['date', undefined, '2024-01-01 00:00:01', null], ['timestamptz', 'epoch ms', 'x', null],
    ['json', undefined, '{', null], ['jsonb', undefined, '{"a":1,"a":2}', null], ['uuid', undefined, 'not-a-uuid', null],
  ];
  it.each(meanings)('%s %s: %o', (type, cast, value, expected) => {
    const found = value === null ? null : canonicalType(type, cast, sha256Hex).canonicalOf(value);
    expect(typeof found === 'string' ? found : null).toBe(expected);
  });

  it('several spellings of one moment, one day and one UUID are one value', () => {
    const of = (type: string, cast: Cast | undefined, value: Exclude<SourceCell, null>): unknown => canonicalType(type, cast, sha256Hex).canonicalOf(value);
    const moment = of('timestamptz', undefined, '2024-01-01 12:30:00');
    for (const spelling of ['2024-01-01T12:30', '2024-01-01T12:30:00.000000000Z', '2024-01-01 14:00:00+01:30', '2024-01-01 10:30:00-02']) expect(of('timestamptz', undefined, spelling)).toBe(moment);
    expect(of('timestamptz', 'epoch s', 1_704_112_200n)).toBe(moment);
    expect(of('timestamptz', 'epoch ms', 1_704_112_200_000)).toBe(moment);
    expect(of('timestamptz', 'epoch us', '1704112200000000')).toBe(moment);
    expect(of('timestamptz', 'julian day', 2_460_311.020833333)).toBe(moment);
    expect(of('timestamp', 'zone to utc', '2024-01-01 14:00:00+01:30')).toBe(of('timestamp', undefined, '2024-01-01 12:30:00'));
    expect(of('timestamp', 'zone to utc', '2024-01-01 12:30:00')).toMatchObject({ code: 'NOT_A_TIMESTAMP' });
    expect(of('date', undefined, '2024-01-01T00:00:00')).toBe(of('date', undefined, '2024-01-01'));
    const uuid = of('uuid', undefined, '00112233-4455-6677-8899-aabbccddeeff');
    for (const spelling of ['{00112233-4455-6677-8899-AABBCCDDEEFF}', 'urn:uuid:00112233-4455-6677-8899-aabbccddeeff', '00112233445566778899aabbccddeeff', Buffer.from('00112233445566778899aabbccddeeff', 'hex')]) expect(of('uuid', undefined, spelling)).toBe(uuid);
  });
});

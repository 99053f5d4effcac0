import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cast, SourceValue } from '../../../shared/model/values.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, testSeed, type TestDatabase } from '../../test-support/index.ts';
import { CopyBuffer } from './copy-buffer.ts';
import { startCopy } from './copy-sender.ts';

/** A value and the text that PostgreSQL itself must read as the same value: the oracle owes nothing to the codec. */
type Pair = readonly [value: SourceValue, text: string];

describe.skipIf(!hasPostgres())('codecs against PostgreSQL', () => {
  let database: TestDatabase;
  let session: PgSession;
  beforeAll(async () => {
    database = await freshDatabase();
    session = await database.connect();
  });
  afterAll(async () => {
    await session.close();
    await database.close();
  });

  /** Sends all pairs through COPY BINARY and lets PostgreSQL compare each with its own reading of the text. */
  async function check(type: string, pairs: readonly Pair[], cast?: Cast): Promise<void> {
    await session.exec(`DROP TABLE IF EXISTS c; CREATE TABLE c (id integer, want text, got ${type})`);
    const [id, want, got] = [codecFor('integer'), codecFor('text'), codecFor(type, cast)];
    const buffer = new CopyBuffer();
    const copy = startCopy(session, 'COPY c FROM STDIN (FORMAT binary)', buffer, 'test');
    for (const [index, [value, text]] of pairs.entries()) {
      buffer.beginRow(3);
      expect(id.write(index, buffer)).toBeUndefined();
      expect(want.write(text, buffer)).toBeUndefined();
      expect(got.write(value, buffer), `${String(value)} as ${type}`).toBeUndefined();
      expect(got.misfit(value)).toBeUndefined();
      await copy.flush();
    }
    expect(await copy.end()).toBe(pairs.length);
    const { rows } = await session.query(`SELECT id, want, got::text FROM c WHERE got::text IS DISTINCT FROM (want::${type})::text ORDER BY id`);
    expect(rows.slice(0, 5)).toEqual([]);
  }

  const sample = <T>(arbitrary: fc.Arbitrary<T>, count = 500): T[] => {
    const seed = testSeed();
    process.stdout.write(`seed ${seed}\n`);
    return fc.sample(arbitrary, { numRuns: count, seed });
  };
  const two = (value: number, width = 2): string => String(value).padStart(width, '0');

  it('integers of every width, as bigint, number and text', async () => {
    for (const [type, bits] of [['smallint', 16n], ['integer', 32n], ['bigint', 64n]] as const) {
      const high = 2n ** (bits - 1n) - 1n;
      const values = [...sample(fc.bigInt({ min: -high - 1n, max: high })), high, -high - 1n, 0n, 1n, -1n];
      await check(type, values.flatMap((v): Pair[] => [
        [v, v.toString()],
        [v.toString(), v.toString()],
        ...(Number.isSafeInteger(Number(v)) ? [[Number(v), v.toString()] as const] : []),
      ]));
      expect(codecFor(type).misfit(high + 1n)).toBe('OUT_OF_RANGE');
      expect(codecFor(type).misfit(-high - 2n)).toBe('OUT_OF_RANGE');
    }
  });

  it('doubles bit for bit, and reals where four bytes hold them', async () => {
    const doubles = [...sample(fc.double({ noNaN: true }), 2000), 0, -0, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e21, 123456789012345680];
    const text = (v: number): string => (Object.is(v, -0) ? '-0' : String(v));
    await check('double precision', [...doubles, Infinity, -Infinity].map((v): Pair => [v, text(v)]));
    const floats = sample(fc.float({ noNaN: true }), 1000);
    await check('real', [...floats, Infinity, -0].map((v): Pair => [v, text(v)]));
    expect(codecFor('real').misfit(0.1)).toBe('TOO_PRECISE');
    expect(codecFor('real').misfit(1e300)).toBe('OUT_OF_RANGE');
    await check('double precision', [['0.1', '0.1'], ['-0', '-0'], ['12.50', '12.5'], [2n ** 53n, '9007199254740992'], [-5n, '-5']]);
    for (const [value, code] of [['-0.0', 'TOO_PRECISE'], ['0.1234567890123456789', 'TOO_PRECISE'], [2n ** 53n + 1n, 'TOO_PRECISE'], [2n ** 60n, 'TOO_PRECISE'], ['1e5', 'NOT_A_NUMBER'], [' 1', 'NOT_A_NUMBER'], ['', 'NOT_A_NUMBER']] as const) {
      expect(codecFor('double precision').misfit(value), String(value)).toBe(code);
    }
  });

  it('numerics exactly, with and without precision', async () => {
    const doubles = [...sample(fc.double({ noNaN: true, noDefaultInfinity: true }), 1500).filter((v) => !Object.is(v, -0)), 5e-324, 1.7976931348623157e308, 1e21, 1e-7, 0];
    await check('numeric', doubles.map((v): Pair => [v, expanded(v)]));
    await check('numeric', [[Infinity, 'Infinity'], [-Infinity, '-Infinity'], ...sample(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((v): Pair => [v, v.toString()])]);
    const texts = sample(fc.tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat({ max: 999_999_999 }), fc.nat({ max: 12 })), 800)
      .map(([whole, part, zeros]) => `${whole}.${'0'.repeat(zeros)}${part}`)
      .filter((text) => !/^-0\.0*$/.test(text));
    await check('numeric', [...texts, '0', '0.0', '0.00000001', '10000', '10000.0001', '0.0001', '9999.9999', '123456789012345678901234567890.50'].map((text): Pair => [text, text]));
    await check('numeric(10,2)', [[12.5, '12.5'], [99999999.99, '99999999.99'], ['-0.05', '-0.05'], [7n, '7'], ['1.50000', '1.5'], [0, '0']]);
    await check('numeric(5)', [[99999n, '99999'], [5, '5']]);
    const fixed = codecFor('numeric(10,2)');
    for (const [value, code] of [[0.001, 'TOO_PRECISE'], [100000000n, 'OUT_OF_RANGE'], [Infinity, 'INFINITE'], [-0, 'TOO_PRECISE'], ['1e2', 'NOT_A_NUMBER'], [new Uint8Array(1), 'NOT_A_NUMBER'], ['abc', 'NOT_A_NUMBER']] as const) {
      expect(fixed.misfit(value), String(value)).toBe(code);
    }
  });

  it('texts of every script, numbers as text, blobs that are UTF-8', async () => {
    const texts = sample(fc.string({ unit: 'binary', maxLength: 300 }), 800).filter((text) => !text.includes('\0'));
    const large = 'ção€𝄞'.repeat(60_000);
    await check('text', [...texts, '', '\uFEFFabc', '\uFFFD', 'x'.repeat(200_000), large].map((text): Pair => [text, text]));
    await check('text', [[5, '5.0'], [5n, '5'], [-0, '-0.0'], [0.1, '0.1'], [1e21, '1e+21'], [Infinity, 'Infinity'], [1e16, '10000000000000000.0']]);
    await check('text', texts.map((text): Pair => [Buffer.from(text), text]), 'blob as utf-8');
    await check('text', [['a\\b\0c', 'a\\\\b\\u0000c'], ['\\u0000', '\\\\u0000']], 'nul escaped');
    await check('varchar(3)', [['abc', 'abc'], ['𝄞𝄞𝄞', '𝄞𝄞𝄞'], ['ab ', 'ab ']]);
    await check('char(4)', [['abc', 'abc'], ['', '']]);
    expect(codecFor('varchar(3)').misfit('𝄞𝄞𝄞a')).toBe('TOO_LONG');
    expect(codecFor('varchar(3)').misfit('abc ')).toBe('TOO_LONG');
    expect(codecFor('char(4)').misfit('ab ')).toBe('TOO_PRECISE');
    expect(codecFor('text').misfit('a\0')).toBe('NUL_IN_TEXT');
    expect(codecFor('text').misfit(Buffer.from('a'))).toBe('BLOB_IN_TEXT');
    for (const [bytes, code] of [['ff', 'INVALID_UTF8'], ['eda080', 'INVALID_UTF8'], ['c080', 'INVALID_UTF8'], ['f4908080', 'INVALID_UTF8'], ['e282', 'INVALID_UTF8'], ['6100', 'NUL_IN_TEXT']] as const) {
      expect(codecFor('text', 'blob as utf-8').misfit(Buffer.from(bytes, 'hex')), bytes).toBe(code);
    }
  });

  it('bytes', async () => {
    const blobs = sample(fc.uint8Array({ maxLength: 300 }), 300);
    await check('bytea', [...blobs, new Uint8Array(300_000).fill(7)].map((blob): Pair => [blob, `\\x${Buffer.from(blob).toString('hex')}`]));
    await check('bytea', [['a\0é', '\\x6100c3a9'], [12n, '\\x3132'], [5, '\\x352e30']], 'text as bytes');
    expect(codecFor('bytea').misfit('a')).toBe('TEXT_IN_BLOB');
    expect(codecFor('bytea').misfit(1n)).toBe('NOT_BYTES');
  });

  it('dates, times and timestamps', async () => {
    const moments = sample(fc.record({ year: fc.integer({ min: 1, max: 9999 }), day: fc.integer({ min: 0, max: 364 }), second: fc.nat({ max: 86_399 }), micro: fc.nat({ max: 999_999 }) }), 1500).map(({ year, day, second, micro }) => {
      const date = new Date(Date.UTC(2001, 0, 1 + day));
      const ymd = `${two(year, 4)}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
      const hms = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
      return { ymd, hms, micro: two(micro, 6) };
    });
    await check('date', moments.map(({ ymd }): Pair => [ymd, ymd]));
    await check('date', [['2024-02-29T00:00:00', '2024-02-29'], ['2024-02-29 00:00:00.000', '2024-02-29']]);
    await check('timestamp', moments.map(({ ymd, hms, micro }): Pair => [`${ymd}T${hms}.${micro}000`, `${ymd} ${hms}.${micro}`]));
    await check('timestamp', [['2024-02-29', '2024-02-29'], ['2024-02-29 23:59', '2024-02-29 23:59:00'], ['2024-02-29T01:02:03.5', '2024-02-29 01:02:03.5']]);
    await check('time', moments.map(({ hms, micro }): Pair => [`${hms}.${micro}`, `${hms}.${micro}`]));
    const zones = ['Z', '+00', '+05:30', '-11', '+14:00', '-00:30'];
    await check('timestamptz', moments.filter(({ ymd }) => ymd > '0001-01-02' && ymd < '9999-12-30').flatMap(({ ymd, hms, micro }, index): Pair[] => [
      [`${ymd} ${hms}.${micro}${zones[index % zones.length]}`, `${ymd} ${hms}.${micro}${zones[index % zones.length]}`],
      [`${ymd}T${hms}`, `${ymd} ${hms}Z`],
    ]));
    const refused: [string, string][] = [
      ['2023-02-29', 'NOT_A_TIMESTAMP'], ['2024-01-01T24:00:00', 'NOT_A_TIMESTAMP'], ['2024-01-01T23:59:60', 'NOT_A_TIMESTAMP'], ['2024-1-1', 'NOT_A_TIMESTAMP'], ['0000-01-01', 'NOT_A_TIMESTAMP'],
      ['2024-01-01T00:00:00.0000001', 'BELOW_MICROSECOND'], ['2024-01-01T00:00:00.1234567890', 'NOT_A_TIMESTAMP'], ['2024-01-01 ', 'NOT_A_TIMESTAMP'], ['2024-01-01T10', 'NOT_A_TIMESTAMP'], ['infinity', 'NOT_A_TIMESTAMP'],
      ['2024-01-01T00:00:00.', 'NOT_A_TIMESTAMP'], ['2024-01-01T00:00:00+1', 'NOT_A_TIMESTAMP'], ['0001-01-01T00:00:00+01', 'OUT_OF_RANGE'],
    ];
    for (const [text, code] of refused) expect(codecFor('timestamptz').misfit(text), text).toBe(code);
    expect(codecFor('timestamp').misfit('2024-01-01T00:00:00Z')).toBe('NOT_A_TIMESTAMP');
    expect(codecFor('date').misfit('2024-01-01T00:00:01')).toBe('NOT_A_DATE');
    expect(codecFor('time').misfit('24:00:00')).toBe('NOT_A_TIME');
    expect(codecFor('timestamp(3)').misfit('2024-01-01T00:00:00.0001')).toBe('TOO_PRECISE');
    expect(codecFor('timestamptz').misfit(1700000000n)).toBe('NOT_A_TIMESTAMP');
  });

  it('epochs in four units and Julian days', async () => {
    const micros = sample(fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }), 1500);
    const oracle = (v: bigint): string => new Date(Number(v / 1_000_000n) * 1000).toISOString();
    const text = (v: bigint): string => {
      const seconds = v / 1_000_000n - (v % 1_000_000n < 0n ? 1n : 0n);
      return `${oracle(seconds * 1_000_000n).slice(0, 19)}.${two(Number(v - seconds * 1_000_000n), 6)}Z`;
    };
    await check('timestamptz', micros.map((v): Pair => [v, text(v)]), 'epoch us');
    await check('timestamptz', micros.map((v): Pair => [Number(v / 1000n), text((v / 1000n) * 1000n)]), 'epoch ms');
    await check('timestamptz', micros.map((v): Pair => [v / 1_000_000n, text((v / 1_000_000n) * 1_000_000n)]), 'epoch s');
    await check('timestamptz', [[1700000000123456000n, '2023-11-14T22:13:20.123456Z']], 'epoch ns');
    await check('timestamptz', [[1700000000.25, '2023-11-14T22:13:20.25Z'], [0.000001, '1970-01-01T00:00:00.000001Z'], ['1700000000', '2023-11-14T22:13:20Z']], 'epoch s');
    await check('date', [[86400n, '1970-01-02']], 'epoch s');
    await check('timestamp', [[2460000.5, '2023-02-25 00:00:00'], [2440587.5, '1970-01-01'], [2451545n, '2000-01-01 12:00:00'], [2460310.623456794, '2024-01-01 02:57:46.667']], 'julian day');
    // julianday() divides whole milliseconds: every such value comes back to its millisecond.
    const millis = sample(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), 1000);
    await check('timestamp', millis.map((ms): Pair => [(ms + 210_866_760_000_000) / 86_400_000, isoText(ms)]), 'julian day');
    await check('timestamp', [['2024-01-01T00:30:00+01:00', '2023-12-31 23:30:00'], ['2025-01-09T10:00:00.123456Z', '2025-01-09 10:00:00.123456']], 'zone to utc');
    expect(codecFor('timestamp', 'zone to utc').misfit('2024-01-01T00:30:00')).toBe('NOT_A_TIMESTAMP');
    expect(codecFor('timestamptz', 'epoch ns').misfit(1n)).toBe('BELOW_MICROSECOND');
    expect(codecFor('timestamptz', 'epoch s').misfit(0.0000001)).toBe('BELOW_MICROSECOND');
    expect(codecFor('timestamptz', 'epoch s').misfit('2023-11-14 22:13:20')).toBe('NOT_A_TIMESTAMP');
    expect(codecFor('timestamptz', 'epoch ns').misfit(0n)).toBeUndefined();
    expect(codecFor('timestamptz', 'epoch s').misfit(1700000000000n)).toBe('OUT_OF_RANGE');
    expect(codecFor('timestamptz', 'epoch s').misfit(Infinity)).toBe('INFINITE');
    expect(codecFor('date', 'epoch s').misfit(1n)).toBe('NOT_A_DATE');
  });

  it('booleans, UUIDs and JSON', async () => {
    await check('boolean', [[1n, 't'], [0, 'f'], ['YES', 't'], ['off', 'f'], ['T', 't'], ['n', 'f'], ['True', 't']]);
    for (const value of [2n, 0.5, 'maybe', '', ' true', new Uint8Array(1)]) expect(codecFor('boolean').misfit(value)).toBe('NOT_A_BOOLEAN');
    const uuids = sample(fc.uuid(), 200);
    await check('uuid', uuids.flatMap((u): Pair[] => [[u, u], [u.toUpperCase(), u], [u.replaceAll('-', ''), u], [`{${u}}`, u], [`urn:uuid:${u}`, u], [Buffer.from(u.replaceAll('-', ''), 'hex'), u]]));
    for (const value of ['', 'x', `${uuids[0]}0`, `{${uuids[0]}`, 5n, new Uint8Array(15)]) expect(codecFor('uuid').misfit(value)).toBe('NOT_A_UUID');
    const documents = sample(fc.json(), 500);
    await check('json', [...documents.map((d): Pair => [d, d]), ['{"a":1,"a":2}', '{"a":1,"a":2}'], ['"\\u0000\\ud800"', '"\\u0000\\ud800"'], [5n, '5'], [5, '5.0']]);
    await check('json', [[Buffer.from('{"é":1}'), '{"é":1}'], [`${'['.repeat(2000)}${']'.repeat(2000)}`, `${'['.repeat(2000)}${']'.repeat(2000)}`]], 'blob as utf-8');
    const binary = codecFor('jsonb');
    const kept = documents.filter((d) => binary.misfit(d) === undefined);
    expect(kept.length).toBeGreaterThan(300);
    await check('jsonb', [...kept, '{"a":{"a":1},"b":{"a":2}}', '[{"a":1},{"a":1}]', '1e300', '"\\ud834\\udd1e"'].map((d): Pair => [d, d]));
    for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '"\\u0000"', '"\\ud800"', '1e999999', '-0', '[-0.0]', '{', 'NaN', "{'a':1}", '']) expect(binary.misfit(text), text).toBe('NOT_JSON');
    expect(codecFor('json').misfit('['.repeat(5000) + ']'.repeat(5000))).toBe('NOT_JSON');
    expect(codecFor('json').misfit(Infinity)).toBe('NOT_JSON');
  });

  it('refuses types it cannot write, and NULL where it is not allowed', () => {
    expect(() => codecFor('interval')).toThrow('interval');
    expect(() => codecFor('integer[]')).toThrow();
    expect(() => codecFor('time with time zone')).toThrow();
    expect(codecFor('text', undefined, { nullable: false }).misfit(null)).toBe('NULL_NOT_ALLOWED');
    expect(codecFor('text').misfit(null)).toBeUndefined();
  });
});

/** Years before 1000 need no sign in PostgreSQL, and toISOString gives four digits for them. */
function isoText(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '');
}

/** A double's shortest text without exponent, by digit shifting: numeric must show exactly these digits. */
function expanded(value: number): string {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const point = whole.length + Number(exponent);
  const digits = (whole + fraction).padEnd(point, '0');
  const shifted = point <= 0 ? `0.${'0'.repeat(-point)}${digits}` : digits.length > point ? `${digits.slice(0, point)}.${digits.slice(point)}` : digits;
  return (value < 0 ? '-' : '') + shifted;
}

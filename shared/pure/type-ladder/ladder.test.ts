import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceValue } from '../../model/values.ts';
import { codecFor } from '../codec/index.ts';
import { affinityOf, decideCandidate, epochUnit, holdsAllOf, ladderFor, settleRungs } from './index.ts';

const declarations = [
  '', 'INTEGER', 'int', 'BIGINT', 'tinyint', 'smallint unsigned', 'UNSIGNED BIG INT', 'INT8', 's short integer', 'integer auto_increment', 'intege',
  'REAL', 'double', '"double precision"', 'FLOAT', 'NUMERIC', 'numeric(20, 6)', 'DECIMAL(10,2)', 'DECIMAL(10)', 'DECIMAL(3,9)', 'money', 'BOOLEAN', 'bool', 'DATE', 'DATETIME',
  'TIMESTAMP', 'timestamp with time zone', 'TIMESTAMPTZ', 'timestamp(6)', 'TIME', 'UUID', 'UNIQUEIDENTIFIER', 'JSON', 'JSONB', 'BLOB', 'BYTEA', 'VARBINARY(16)', 'TEXT',
  'text nocase', 'CLOB', 'VARCHAR(20)', 'char(70)', 'NVARCHAR(160)', 'CHARACTER VARYING(255)', 'VARCHAR2(30 CHAR)', 'VARCHAR', 'varchar(max)', 'NATIVE CHARACTER(70)', 'STRING',
  'ANY', 'geometry', 'no such type', 'SERIAL', 'integer as smallint', 'integer as integer', 'text as numeric(12,3)', 'blob as real', 'blob as double precision', 'text as jsonb',
  'text as timestamptz(3)', 'text as uuid', 'text as char(4)', 'integer as boolean', 'blob as bytea', 'text as interval',
] as const;

const value: fc.Arbitrary<Exclude<SourceValue, null>> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -2n, max: 3n }),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'binary' }),
  fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }).map(String),
  fc.double({ noNaN: true }).map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 19).replace('T', ' ')),
  fc.constantFrom('true', 'no', '00:00', '12:30:01.5', '{}', '{"a":1}', 'null', '', ' 1', '2020-01-01 00:00:00', '-0', '1.50', 'a\0b', '\\'),
  fc.uuid(),
  fc.uint8Array({ maxLength: 20 }),
);

describe('affinity', () => {
  it.each([
    ['INT', 'integer'], ['CHARINT', 'integer'], ['FLOATING POINT', 'integer'], ['VARCHAR(9)', 'text'], ['CLOB', 'text'], ['', 'blob'], ['BLOB', 'blob'],
    ['DOUBLE', 'real'], ['REAL', 'real'], ['DECIMAL(10,5)', 'numeric'], ['BOOLEAN', 'numeric'], ['DATE', 'numeric'], ['STRING', 'numeric'], ['JSONB', 'numeric'],
  ])('of %s is %s', (declared, affinity) => expect(affinityOf(declared)).toBe(affinity));
});

describe('the ladder of a declaration', () => {
  it.each([
    ['INTEGER', 'bigint'], ['tinyint', 'bigint'], ['smallint unsigned', 'bigint'], ['intege', 'bigint'], ['SERIAL', 'bigint'], ['UNSIGNED BIG INT', 'bigint'],
    ['REAL', 'double precision'], ['double', 'double precision'], ['"double precision"', 'double precision'],
    ['NUMERIC', 'numeric'], ['numeric(20, 6)', 'numeric(20,6)'], ['DECIMAL(10)', 'numeric(10)'], ['DECIMAL(3,9)', 'numeric'], ['money', 'numeric'], ['no such type', 'numeric'],
    ['BOOLEAN', 'boolean'], ['DATE', 'date'], ['DATETIME', 'timestamp'], ['TIMESTAMP(6)', 'timestamp'], ['timestamp with time zone', 'timestamptz'], ['TIME', 'time'],
    ['GUID', 'uuid'], ['JSON', 'json'], ['JSONB', 'json'], ['BLOB', 'bytea'], ['binary(16)', 'bytea'], ['TEXT', 'text'], ['text nocase', 'text'], ['STRING', 'text'],
    ['NVARCHAR(160)', 'varchar(160)'], ['char(70)', 'varchar(70)'], ['VARCHAR2(30 CHAR)', 'varchar(30)'], ['VARCHAR', 'text'], ['varchar(max)', 'text'], ['VARCHAR(0)', 'text'], ['VARCHAR(99999999)', 'text'],
    ['integer as smallint', 'smallint'], ['text as numeric(12,3)', 'numeric(12,3)'], ['blob as real', 'real'], ['text as jsonb', 'jsonb'], ['text as timestamptz(3)', 'timestamptz(3)'], ['text as char(4)', 'char(4)'],
    ['integer as boolean', 'boolean'], ['text as interval', 'text'],
  ])('%s starts with %s', (declared, type) => expect(ladderFor(declared, affinityOf(declared))[0]?.type).toBe(type));

  it('ends with a rung that holds every value, for every declaration', () => {
    fc.assert(fc.property(fc.constantFrom(...declarations), value, (declared, any) => {
      const last = ladderFor(declared, affinityOf(declared)).at(-1);
      expect(last).toEqual({ type: 'bytea', cast: 'text as bytes' });
      expect(codecFor('bytea', 'text as bytes').misfit(any)).toBeUndefined();
    }));
  });

  it('also for declarations nobody foresaw', () => {
    fc.assert(fc.property(fc.string(), (declared) => {
      const rungs = ladderFor(declared, affinityOf(declared));
      for (const rung of rungs) codecFor(rung.type, rung.cast);
      expect(rungs.at(-1)?.cast).toBe('text as bytes');
    }));
  });

  it('grows: what fits the first rung fits each rung that is said to hold it', () => {
    fc.assert(fc.property(fc.constantFrom(...declarations), value, (declared, any) => {
      const [first, ...later] = ladderFor(declared, affinityOf(declared));
      if (first === undefined || codecFor(first.type, first.cast).misfit(any) !== undefined) return;
      for (const rung of later.filter((each) => holdsAllOf(first, each))) expect([rung, codecFor(rung.type, rung.cast).misfit(any)]).toEqual([rung, undefined]);
    }), { numRuns: 5000 });
  });
});

describe('epochs', () => {
  const facts = (...values: bigint[]) => ({
    integers: BigInt(values.length), reals: 0n, texts: 0n, blobs: 0n,
    ...(values.some((each) => each !== 0n) ? { minMagnitude: values.filter((each) => each !== 0n).reduce((a, b) => (a < b ? a : b)), maxMagnitude: values.reduce((a, b) => (a > b ? a : b)) } : {}),
  });
  it.each([
    [[1_700_000_000n, 0n], 'epoch s'], [[1_700_000_000_000n], 'epoch ms'], [[1_700_000_000_000_000n], 'epoch us'], [[1_700_000_000_000_000_000n], 'epoch ns'],
    [[1_700_000_000n, 1_700_000_000_000n], undefined], [[20_240_131n], undefined], [[0n], undefined], [[], undefined],
  ])('%o: %s', (values, unit) => expect(epochUnit(facts(...values))).toBe(unit));

  it('stand in the ladder only with a certain unit', () => {
    const rungs = ladderFor('DATETIME', 'numeric');
    const casts = (...values: bigint[]) => settleRungs(rungs, 'DATETIME', 'numeric', facts(...values)).map((index) => rungs[index]?.cast).filter((cast) => cast?.startsWith('epoch'));
    expect(casts(1_700_000_000_000n)).toEqual(['epoch ms']);
    expect(casts(5n)).toEqual([]);
  });
});

describe('a column without a declared type', () => {
  it.each([
    [{ integers: 2n }, 'bigint'], [{ integers: 1n, reals: 1n }, 'double precision'], [{ reals: 1n }, 'double precision'], [{ texts: 1n }, 'text'], [{ integers: 1n, texts: 1n }, 'text'],
    [{ blobs: 1n }, 'bytea'], [{ blobs: 1n, texts: 1n }, 'bytea text as bytes'], [{}, 'text'],
  ])('with %o is %s', (some, expected) => {
    const rungs = ladderFor('', 'blob');
    const [first] = settleRungs(rungs, '', 'blob', { integers: 0n, reals: 0n, texts: 0n, blobs: 0n, ...some });
    const rung = rungs[first ?? -1];
    expect([rung?.type, rung?.cast].filter(Boolean).join(' ')).toBe(expected);
  });
});

describe('the decision', () => {
  const candidate = (misfits: number, codes: Record<string, string> = {}) => ({ misfits: String(misfits), codes });
  it('keeps the declared type where all fits, or where at most the share does not', () => {
    expect(decideCandidate([candidate(0), candidate(0)], 10, 0.01)).toBe(0);
    expect(decideCandidate([candidate(1), candidate(0)], 100, 0.01)).toBe(0);
    expect(decideCandidate([candidate(2), candidate(1), candidate(0)], 100, 0.01)).toBe(2);
    expect(decideCandidate([candidate(0)], 0, 0.01)).toBe(0);
  });
  it('never rejects for the length alone', () => expect(decideCandidate([candidate(1, { TOO_LONG: '1' }), candidate(0)], 1000, 0.01)).toBe(1));
  it('else takes the later one with the fewest misfits', () => expect(decideCandidate([candidate(9), candidate(5), candidate(3), candidate(4)], 10, 0)).toBe(2));
});

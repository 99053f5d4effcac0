import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isoTime } from './times.ts';
import { testSeed } from '../../../test-support/test-seed.ts';

const seed = testSeed();

describe('times', () => {
  test.each([
    ['2024-12-20 18:00:00', '2024-12-20T18:00:00.000Z'],
    ['2024-12-20 18:00:00.000000', '2024-12-20T18:00:00.000Z'],
    ['2024-12-20T18:00:00.5Z', '2024-12-20T18:00:00.500Z'],
    ['2024-12-20 18:00:00.123456+00', '2024-12-20T18:00:00.123456Z'],
    ['2024-12-20T15:00:00-03:00', '2024-12-20T18:00:00.000Z'],
    ['2024-12-20 23:30:00+0530', '2024-12-20T18:00:00.000Z'],
    ['2024-12-20', '2024-12-20T00:00:00.000Z'],
    ['1734717600', '2024-12-20T18:00:00.000Z'],
    ['1734717600.25', '2024-12-20T18:00:00.250Z'],
    ['1734717600123', '2024-12-20T18:00:00.123Z'],
    ['1734717600123456', '2024-12-20T18:00:00.123456Z'],
    ['1734717600123456789', '2024-12-20T18:00:00.123456789Z'],
    ['-1', '1969-12-31T23:59:59.000Z'],
    ['0', null], ['', null], [null, null], ['yesterday', null], ['2024-02-31', null], ['2024-13-01', null], ['infinity', null], ['0044-03-15 BC', null],
  ])('%s → %s', (text, expected) => expect(isoTime(text, 'auto')).toBe(expected));

  test('a unit that is told beats what the size says', () => {
    expect(isoTime('1734717600', 'milliseconds')).toBe('1970-01-21T01:51:57.600Z');
    expect(isoTime('1500', 'seconds')).toBe('1970-01-01T00:25:00.000Z');
    expect(isoTime('1500', 'milliseconds')).toBe('1970-01-01T00:00:01.500Z');
    expect(isoTime('1734717600', 'iso')).toBeNull();
  });

  test(`every moment comes back, in each unit (seed ${seed})`, () => {
    fc.assert(fc.property(fc.integer({ min: Date.UTC(1980, 0, 1), max: Date.UTC(2100, 0, 1) }), (at) => {
      const iso = new Date(at).toISOString();
      for (const text of [iso, iso.replace('T', ' ').replace('Z', '+00'), String(at), `${at}000`, `${at}000000`]) expect(isoTime(text, 'auto')).toBe(iso);
      expect(isoTime(String(Math.floor(at / 1000)), 'auto')).toBe(new Date(Math.floor(at / 1000) * 1000).toISOString());
      expect(isoTime(String(-at), 'milliseconds')).toBe(new Date(-at).toISOString());
    }), { seed });
  });

  test('never throws', () => {
    fc.assert(fc.property(fc.string(), fc.constantFrom('auto' as const, 'iso' as const, 'seconds' as const, 'milliseconds' as const, 'microseconds' as const, 'nanoseconds' as const), (text, as) => {
      const time = isoTime(text, as);
      expect(time === null || !Number.isNaN(Date.parse(time))).toBe(true);
    }), { seed });
  });
});

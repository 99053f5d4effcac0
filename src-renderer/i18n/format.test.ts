import { describe, expect, test } from 'vitest';
import { formatAgo, formatBig, formatBytes, formatDuration, formatShare } from './format.ts';

describe('numbers shown to people', () => {
  test('a count beyond 2^53 keeps every digit', () => {
    expect(formatBig('9223372036854775807', 'en')).toBe('9,223,372,036,854,775,807');
    expect(formatBig('-9007199254740993', 'pt-BR')).toBe('-9.007.199.254.740.993');
    expect(formatBig(null, 'en')).toBe('–');
  });
  test('sizes in binary units', () => {
    expect(formatBytes(512, 'en')).toBe('512\u00a0B');
    expect(formatBytes(1536, 'pt-BR')).toBe('1,5\u00a0KiB');
    expect(formatBytes('2147483648', 'en')).toBe('2\u00a0GiB');
  });
  test('durations', () => {
    expect(formatDuration(0.42, 'en')).toBe('0.42\u00a0s');
    expect(formatDuration(185, 'en')).toBe('3\u00a0min 05\u00a0s');
    expect(formatDuration(7810, 'en')).toBe('2\u00a0h 10\u00a0min');
    expect(formatDuration(null, 'en')).toBe('–');
  });
  test('a share never says all or nothing when it is not', () => {
    expect(formatShare(1, 'en')).toBe('100%');
    expect(formatShare(0.9999, 'en')).toBe('99.9%');
    expect(formatShare(0.0001, 'en')).toBe('< 0.1%');
    expect(formatShare(0, 'en')).toBe('0%');
    expect(formatShare(0.5, 'en')).toBe('50%');
  });
  test('time past', () => {
    expect(formatAgo('2025-01-01T00:00:00Z', 'en', Date.parse('2025-01-01T00:03:00Z'))).toBe('3 minutes ago');
  });
});

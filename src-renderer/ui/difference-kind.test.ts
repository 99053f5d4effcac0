import { expect, test } from 'vitest';
import { kindOfDifference } from './difference-kind.ts';

const text = (value: string | null) => ({ class: value === null ? ('null' as const) : ('text' as const), text: value });
const kind = (a: string | null, b: string | null) => kindOfDifference(text(a), text(b), 4);

test('what differs has a name', () => {
  expect(kind(null, '')).toEqual({ kind: 'nullEmpty' });
  expect(kind('x', null)).toEqual({ kind: 'null' });
  expect(kind('x', '')).toEqual({ kind: 'empty' });
  expect(kind('works', 'works ')).toEqual({ kind: 'endSpace' });
  expect(kind(' works', 'works')).toEqual({ kind: 'startSpace' });
  expect(kind('a b', 'a  b')).toEqual({ kind: 'space' });
  expect(kind('ab', 'a\u200bb')).toEqual({ kind: 'unseen' });
  expect(kind('caf\u00e9', 'cafe\u0301')).toEqual({ kind: 'form' });
  expect(kind('Works', 'works')).toEqual({ kind: 'case' });
  expect(kind('2024-11-02 10:00:00.000001', '2024-11-02 10:00:00')).toEqual({ kind: 'moment', microseconds: '1' });
  expect(kind('2024-11-02T10:00:00Z', '2024-11-02 11:00:00+00')).toEqual({ kind: 'moment', microseconds: '3600000000' });
  expect(kind('abcdX', 'abcdY')).toEqual({ kind: 'one', at: 5 });
  expect(kind('abcdXY', 'abcdZZ')).toEqual({ kind: 'position', at: 5 });
  expect(kindOfDifference({ class: 'text', text: 'abc ', cut: true, from: 5000 }, { class: 'text', text: 'abX', cut: true, from: 5000 }, 2)).toEqual({ kind: 'position', at: 5003 });
  expect(kindOfDifference({ class: 'text', text: 'x', cut: true }, { class: 'text', text: 'x', cut: true }, 1)).toEqual({ kind: 'beyond' });
  expect(kindOfDifference(null, text('x'), 0)).toBeNull();
});

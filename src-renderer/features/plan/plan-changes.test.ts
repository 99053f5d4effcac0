import { expect, test } from 'vitest';
import { readChanges, stepsOf } from './plan-changes.ts';

test('a path falls into its steps, also where names hold points and brackets', () => {
  expect(stepsOf('tables[shop.sqlite.orders].columns[a[1]b].type')).toEqual([{ part: 'tables', key: 'shop.sqlite.orders' }, { part: 'columns', key: 'a[1]b' }, { part: 'type' }]);
  expect(stepsOf('options.maxRejects')).toEqual([{ part: 'options' }, { part: 'maxRejects' }]);
});

test('the leaves of a reason and of a rule are one line each; the lines of one column stand together', () => {
  const column = 'tables[shop.sqlite.orders].columns[code]';
  const lines = readChanges([
    { path: 'options.maxRejects', before: '0', after: '5' },
    { path: 'options.overrides[orders code].table', before: null, after: 'orders' },
    { path: 'options.overrides[orders code].column', before: null, after: 'code' },
    { path: 'options.overrides[orders code].type', before: null, after: 'varchar(8)' },
    { path: `${column}.type`, before: 'text', after: 'varchar(8)' },
    { path: 'tables[shop.sqlite.customers].target.table', before: 'customers', after: 'clients' },
    { path: `${column}.why[plan.why.override].code`, before: null, after: 'plan.why.override' },
    { path: `${column}.why[plan.why.override].params.type`, before: null, after: 'varchar(8)' },
    { path: `${column}.why[plan.why.declared].code`, before: 'plan.why.declared', after: null },
  ]);
  const place = [{ part: 'tables', key: 'shop.sqlite.orders' }, { part: 'columns', key: 'code' }];
  expect(lines).toEqual([
    { where: [{ part: 'options' }], what: 'maxRejects', before: { text: '0' }, after: { text: '5' } },
    { where: [{ part: 'options' }, { part: 'overrides', key: 'orders code' }], what: '', before: null, after: { entry: [['table', 'orders'], ['column', 'code'], ['type', 'varchar(8)']] } },
    { where: place, what: 'type', before: { text: 'text' }, after: { text: 'varchar(8)' } },
    {
      where: [...place, { part: 'why' }], what: '',
      before: { reasons: [{ code: 'plan.why.declared', params: { code: 'plan.why.declared' } }] },
      after: { reasons: [{ code: 'plan.why.override', params: { code: 'plan.why.override', type: 'varchar(8)' } }] },
    },
    { where: [{ part: 'tables', key: 'shop.sqlite.customers' }, { part: 'target' }], what: 'table', before: { text: 'customers' }, after: { text: 'clients' } },
  ]);
});

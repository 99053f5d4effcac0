import { join } from 'node:path';
import { assess, main, makePlan, migrate, newProject, step, tab } from './support/guided.ts';
import { look } from './support/look.ts';
import { atTarget } from './support/plant.ts';
import { makeShop } from './support/shop.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');

test('only part of a table crosses: counted on the plan’s screen, told in result and evidence; all of it after all', async ({ page, program }) => {
  const file = join(program.folder, 'shop.sqlite');
  makeShop(file);
  await signIn(page, program);
  await newProject(page, words, 'First batch', [file]);
  await assess(page, words);
  await makePlan(page, words);
  const tables = page.getByRole('grid', { name: words.plan.tableList });
  await tables.getByRole('row', { name: /^orders/ }).click();
  const filter = page.getByTestId('row-filter');
  const condition = filter.getByLabel(words.plan.rowFilter);

  await condition.fill('customer = 1');
  await filter.getByRole('button', { name: words.plan.rowFilterUse }).click();
  await expect(filter.getByRole('alert')).toContainText('no such column: customer');
  await look(page, 'plan-filter-refused');
  await condition.fill('customer_id <= 10');
  await condition.press('Enter');
  await expect(filter.getByRole('status')).toHaveText('79 of 300 rows cross.');
  await expect(page.getByTestId('draft-bar')).toContainText('Decisions not saved: 1');
  await look(page, 'plan-filter');
  await page.getByRole('button', { name: 'Save as version 2' }).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('2');
  await expect(tables.getByRole('row', { name: /^orders/ })).toContainText('79');
  await expect(condition).toHaveValue('customer_id <= 10');
  await tab(page, words.plan.tabs, words.plan.findings).click();
  await expect(main(page)).toContainText('Only part of its rows crosses: 79 of 300');

  await page.getByRole('link', { name: words.plan.toProject }).click();
  await migrate(page, words);
  await expect(page.getByTestId('run-status')).toContainText('Tables of which only part of the rows crosses, as the plan says: 1');
  await expect(main(page)).toContainText('Only part of its rows crosses: 79 of 300, those with customer_id <= 10');
  await look(page, 'run-partial');
  await atTarget(program, 'embedded:main', async (client) => {
    const { rows } = await client.query('SELECT count(*)::int AS orders, max(customer_id)::int AS last, (SELECT count(*)::int FROM customers) AS customers FROM orders');
    expect(rows).toEqual([{ orders: 79, last: 10, customers: 40 }]);
  });

  await page.getByRole('link', { name: 'First batch' }).last().click();
  await step(page, 'plan').getByRole('link', { name: words.projects.openPlan }).click();
  await tables.getByRole('row', { name: /^orders/ }).click();
  await filter.getByRole('button', { name: words.plan.rowFilterRemove }).click();
  await page.getByRole('button', { name: like(words.plan.saveVersion) }).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('3');
  await expect(tables.getByRole('row', { name: /^orders/ })).toContainText('300');
  await expect(condition).toHaveValue('');
});

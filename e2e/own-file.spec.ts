import type { Page } from '@playwright/test';
import { dirname, join } from 'node:path';
import { mkdirSync, readFileSync } from 'node:fs';
import { look } from './support/look.ts';
import { makeShop } from './support/shop.ts';
import { atTarget } from './support/plant.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');
const step = (page: Page, name: string) => page.getByTestId(`step-${name}`);
const main = (page: Page) => page.getByRole('main');
/** A job on two busy cores. */
const jobTime = 120_000;

/** On the plan's screen: one column's type, decided by hand and saved as the next version. */
async function decideType(page: Page, { table, column, type, version }: { table: string; column: string; type: string; version: number }): Promise<void> {
  await page.getByRole('grid', { name: words.plan.tableList }).getByRole('row', { name: new RegExp(`^${table}`) }).click();
  await page.getByRole('grid', { name: like(words.plan.columnList) }).getByRole('row', { name: new RegExp(`^${column}`) }).click();
  const decision = page.getByTestId('column-decision');
  await expect(decision.getByRole('heading', { level: 2 }).first()).toHaveText(column);
  await decision.getByLabel(words.plan.targetType).fill(type);
  await expect(page.getByTestId('draft-bar')).toContainText('Decisions not saved: 1');
  await page.getByRole('button', { name: `Save as version ${version}` }).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue(String(version));
  await expect(page.getByTestId('draft-bar').getByRole('status')).toHaveCount(0);
}

test('a file of one’s own into production: planned by hand, one row rejected, completed', async ({ page, program }) => {
  const file = join(program.folder, 'data', 'shop.sqlite');
  mkdirSync(dirname(file));
  const shop = makeShop(file);
  await signIn(page, program);
  await page.getByRole('link', { name: words.welcome.skip }).click();
  await expect(main(page).getByText(words.projects.empty)).toBeVisible();
  await look(page, 'projects-empty');

  await main(page).getByRole('link', { name: words.projects.new }).first().click();
  const sheet = page.getByRole('dialog', { name: words.projects.newTitle });
  await sheet.getByRole('button', { name: words.projects.create }).click();
  await expect(sheet.getByText(words.projects.nameNeeded)).toBeVisible();
  await expect(sheet.getByText(words.projects.sourceNeeded)).toBeVisible();
  await sheet.getByLabel(words.projects.name, { exact: true }).fill('Shop');
  await sheet.getByRole('button', { name: words.files.choose }).click();
  const browser = page.getByRole('dialog', { name: words.files.title });
  const folder = browser.getByRole('textbox', { name: words.files.folder });
  await folder.fill(program.folder);
  await folder.press('Enter');
  const entries = browser.getByRole('grid', { name: words.files.entries });
  await entries.getByRole('row', { name: /^data/ }).dblclick();
  await entries.getByRole('row', { name: /^shop\.sqlite/ }).click();
  await look(page, 'file-browser');
  await browser.getByRole('button', { name: words.files.use }).click();
  await expect(sheet.getByText(file)).toBeVisible();
  await sheet.getByLabel(words.projects.environment).selectOption('production');
  await look(page, 'new-project');
  await sheet.getByRole('button', { name: words.projects.create }).click();

  await expect(page.getByRole('heading', { name: 'Shop', level: 1 })).toBeVisible();
  await expect(page.getByTestId('production-band')).toBeVisible();
  await look(page, 'project-draft');
  await step(page, 'assess').getByRole('button', { name: words.projects.assess }).click();
  await expect(step(page, 'assess')).toHaveAttribute('data-status', 'done', { timeout: jobTime });
  await expect(step(page, 'assess')).toContainText('rows: 340');
  await step(page, 'plan').getByRole('button', { name: words.projects.makePlan }).click();

  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('1');
  await decideType(page, { table: 'customers', column: 'credit', type: 'numeric(12,2)', version: 2 });
  await page.getByRole('navigation', { name: words.plan.tabs }).getByRole('link', { name: words.plan.sql }).click();
  await expect(main(page)).toContainText('numeric(12,2)');
  await page.getByRole('navigation', { name: words.plan.tabs }).getByRole('link', { name: words.plan.versions }).click();
  await expect(page.getByRole('table', { name: words.plan.diffList })).toContainText('numeric(12,2)');
  await look(page, 'plan-diff');
  await page.getByRole('navigation', { name: words.plan.tabs }).getByRole('link', { name: words.plan.options }).click();
  await page.getByLabel(words.plan.optionTemplate).selectOption('duiliocode');
  await expect(page.getByTestId('template').getByRole('listitem')).toHaveCount(4);
  await look(page, 'plan-template');
  await page.getByLabel(words.plan.optionTemplate).selectOption('');

  await page.getByRole('link', { name: words.plan.toProject }).click();
  await step(page, 'rehearse').getByRole('button', { name: words.projects.rehearse }).click();
  await expect(step(page, 'rehearse')).toHaveAttribute('data-status', 'done', { timeout: jobTime });
  await expect(step(page, 'rehearse')).toContainText(words.projects.statuses.verified);
  await look(page, 'project-rehearsed');

  await step(page, 'plan').getByRole('link', { name: words.projects.openPlan }).click();
  await decideType(page, { table: 'orders', column: 'code', type: 'varchar(8)', version: 3 });
  await look(page, 'plan-misfit');
  await page.getByRole('link', { name: words.plan.toProject }).click();
  await step(page, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
  const dialog = page.getByRole('dialog', { name: like(words.projects.confirmTitle) });
  await expect(dialog).toContainText('tables: 2, rows: 340');
  const start = dialog.getByRole('button', { name: words.projects.start });
  await expect(start).toBeDisabled();
  await look(page, 'migrate-production');
  await dialog.getByLabel('Type Shop to confirm').fill('Shop');
  await start.click();
  await expect(step(page, 'migrate')).toHaveAttribute('data-status', 'trouble', { timeout: jobTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0);
  await look(page, 'project-waiting');

  await step(page, 'migrate').getByRole('link', { name: words.projects.openRun }).click();
  await expect(page.getByTestId('waiting')).toContainText('Rows rejected: 1; allowed: 0');
  await look(page, 'run-waiting');
  await page.getByRole('navigation', { name: words.runs.tabs }).getByRole('link', { name: words.runs.rejects }).click();
  const rejects = page.getByRole('grid', { name: words.runs.rejects });
  await expect(rejects).toHaveAttribute('aria-rowcount', '2');
  await rejects.getByRole('row').nth(1).click();
  const reject = page.getByTestId('reject-details');
  await expect(reject).toContainText(shop.longCode);
  await expect(reject).toContainText(shop.longOrder);
  await expect(reject).toContainText(`note ${shop.longOrder}·`);
  await look(page, 'rejects');
  await reject.getByRole('button', { name: words.runs.openRow }).click();
  const whole = page.getByRole('dialog', { name: words.runs.wholeRow });
  await expect(whole).toContainText(shop.longCode);
  await look(page, 'reject-row');
  await page.keyboard.press('Escape');
  await expect(whole).toHaveCount(0);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'All as CSV' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^rejects-.*\.csv$/);
  expect(readFileSync(await saved.path(), 'utf8').split('\r\n')).toEqual(['run,source,table,key,column,code,reason,row', expect.stringContaining(shop.longCode), '']);
  // What can be done stands above them, each way with its button.
  await expect(page.getByTestId('reject-ways').getByRole('button', { name: words.runs.resumeMore })).toBeEnabled();
  await page.getByTestId('reject-ways').getByRole('link', { name: words.runs.approveRollback }).click();
  await expect(page.getByRole('region', { name: words.runs.exactSql })).toBeVisible();

  await page.getByRole('navigation', { name: words.runs.tabs }).getByRole('link', { name: words.runs.overview }).click();
  await expect(page.getByLabel(words.runs.newLimit)).toHaveValue('1');
  await page.getByRole('button', { name: words.runs.resumeMore }).click();
  // Into production the swap asks the same second time as the start did.
  const again = page.getByRole('alertdialog', { name: like(words.runs.confirmResumeTitle) });
  await expect(again.getByRole('button', { name: words.runs.resumeMore })).toBeDisabled();
  await look(page, 'resume-production');
  await again.getByLabel('Type Shop to confirm').fill('Shop');
  await again.getByRole('button', { name: words.runs.resumeMore }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'rejects', { timeout: jobTime });
  await expect(page.getByText(words.runs.swappedYes)).toBeVisible();
  await look(page, 'run-with-rejects');
  await page.getByRole('navigation', { name: words.runs.tabs }).getByRole('link', { name: words.runs.complete }).click();
  await main(page).getByRole('button', { name: words.runs.approveComplete }).click();
  const last = page.getByRole('alertdialog', { name: words.runs.confirmCompleteTitle });
  const confirm = last.getByRole('button', { name: words.runs.confirmComplete });
  await expect(confirm).toBeDisabled();
  await look(page, 'complete-production');
  await last.getByLabel('Type Shop to confirm').fill('Shop');
  await confirm.click();
  // While the job works the page is drawn anew: both must hold at once.
  await expect(async () => {
    await expect(page.getByRole('navigation', { name: words.runs.tabs }).getByRole('link', { name: words.runs.complete })).toHaveCount(0, { timeout: 1000 });
    await expect(main(page).getByText(words.common.runStates.complete, { exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: jobTime });
  await main(page).getByRole('link', { name: 'Shop' }).click();
  await expect(step(page, 'end')).toHaveAttribute('data-status', 'done');
  await look(page, 'project-complete');

  await atTarget(program, 'embedded:main', async (client) => {
    const { rows } = await client.query(`SELECT (SELECT count(*)::int FROM customers) AS customers, (SELECT count(*)::int FROM orders) AS orders,
      (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'code') AS code`);
    expect(rows).toEqual([{ customers: shop.customers, orders: shop.orders - 1, code: 'character varying(8)' }]);
  });
});

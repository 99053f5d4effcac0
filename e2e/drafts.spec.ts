import { join } from 'node:path';
import { assess, makePlan, newProject, step, tab } from './support/guided.ts';
import { makeShop } from './support/shop.ts';
import { expect, signIn, test } from './support/test.ts';
import { wordsOf } from './support/words.ts';

const words = wordsOf('en');

test('options that are not saved stay through other tabs and a reload, are told before migrating, and are saved with the decisions', async ({ page, program }) => {
  const file = join(program.folder, 'shop.sqlite');
  makeShop(file);
  await signIn(page, program);
  await newProject(page, words, 'Drafted', [file]);
  const project = page.url();
  await assess(page, words);
  await makePlan(page, words);
  const bar = page.getByTestId('draft-bar');
  const schema = page.getByLabel(words.plan.optionSchema);
  const save = page.getByRole('button', { name: 'Save as version 2' });
  await tab(page, words.plan.tabs, words.plan.options).click();
  await schema.fill('');
  await expect(save).toBeDisabled();
  await schema.fill('shop');
  await page.getByRole('textbox', { name: words.plan.optionMaxRejects }).fill('3');
  await expect(bar).toContainText('Decisions not saved: 2');
  await tab(page, words.plan.tabs, words.plan.tables).click();
  await page.getByRole('grid', { name: words.plan.tableList }).getByRole('row', { name: /^orders/ }).click();
  await page.getByTestId('table-decision').getByLabel(words.plan.tableTarget).fill('purchases');
  await expect(bar).toContainText('Decisions not saved: 3');
  await tab(page, words.plan.tabs, words.plan.options).click();
  await expect(schema).toHaveValue('shop');
  await page.reload();
  await expect(schema).toHaveValue('shop');
  await expect(bar).toContainText('Decisions not saved: 3');

  await page.goto(project);
  await step(page, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
  await expect(page.getByRole('dialog')).toContainText('not saved: 3');
  await page.getByRole('dialog').getByRole('link', { name: words.projects.openPlan }).click();
  await save.click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('2');
  await expect(bar.getByRole('status')).toHaveCount(0);
  await tab(page, words.plan.tabs, words.plan.versions).click();
  const changes = page.getByRole('table', { name: words.plan.diffList });
  await expect(changes).toContainText('shop');
  await expect(changes).toContainText('purchases');
  // Nothing of it is left for the next version.
  await page.reload();
  await expect(changes).toContainText('shop');
  await expect(bar.getByRole('status')).toHaveCount(0);
});

import type { Page } from '@playwright/test';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { assess, jobTime, main, makePlan, newProject, step, tab } from './support/guided.ts';
import { fits, windows } from './support/narrow.ts';
import { makeShop } from './support/shop.ts';
import { makeSupportDesk } from './support/support-desk.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');

/** A shop with orders of customers that are not there, and a number that is none. */
function makeLooseShop(file: string): void {
  makeShop(file);
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec("UPDATE orders SET customer_id = 900 + id WHERE id % 100 = 0; UPDATE customers SET credit = 'n/a' WHERE id = 7");
  db.close();
}

/** Through the menu, as there is no rail: another place, and back. */
async function throughMenu(page: Page): Promise<void> {
  await page.setViewportSize(windows.zoomed);
  await expect(page.getByRole('navigation', { name: words.shell.navigation })).toHaveCount(0);
  await page.getByRole('button', { name: words.shell.menu }).click();
  const menu = page.getByRole('dialog', { name: words.shell.navigation });
  await expect(menu).toContainText(/Embedded PostgreSQL/);
  await menu.getByRole('link', { name: words.shell.runs, exact: true }).click();
  await expect(page.getByRole('heading', { name: words.shell.runs, level: 1 })).toBeVisible();
  await expect(menu).toHaveCount(0);
  await page.getByRole('button', { name: words.shell.menu }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Zoomed' }).click();
  await expect(page.getByRole('heading', { name: 'Zoomed', level: 1 })).toBeVisible();
}

test('a project at a zoom of 200 % and in a narrow window: nothing is out of reach', async ({ page, program }) => {
  const file = join(program.folder, 'shop.sqlite');
  makeLooseShop(file);
  await signIn(page, program);
  await fits(page, 'narrow-welcome');
  await newProject(page, words, 'Zoomed', [file]);
  // In a window of the usual size all of it stands side by side.
  await expect(page.getByRole('navigation', { name: words.shell.navigation })).toBeVisible();
  for (const name of [words.shell.menu, words.shell.detailsPanel]) await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await throughMenu(page);
  await assess(page, words);
  await fits(page, 'narrow-project');
  await page.setViewportSize(windows.zoomed);
  await makePlan(page, words);

  // The plan is worked on in that window: a table, a column, the decision below, the button that saves it.
  await page.getByRole('grid', { name: words.plan.tableList }).getByRole('row', { name: /^orders/ }).click();
  await page.getByRole('grid', { name: like(words.plan.columnList) }).getByRole('row', { name: /^code/ }).click();
  const type = page.getByTestId('column-decision').getByLabel(words.plan.targetType);
  await expect(type).not.toBeInViewport();
  await page.getByRole('main').getByRole('button', { name: words.shell.detailsPanel }).click();
  await expect(type).toBeInViewport();
  await type.fill('varchar(8)');
  await fits(page, 'narrow-plan');
  await page.setViewportSize(windows.zoomed);
  await page.getByRole('button', { name: 'Save as version 2' }).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('2');
  const parts = [['sql', words.plan.sql], ['objects', words.plan.objects], ['repairs', words.repairs.title], ['findings', words.plan.findings], ['options', words.plan.options], ['versions', words.plan.versions]] as const;
  for (const [part, name] of parts) {
    await tab(page, words.plan.tabs, name).click();
    await expect(tab(page, words.plan.tabs, name)).toHaveAttribute('aria-current', 'page');
    if (part === 'objects') await page.getByRole('grid', { name: words.plan.objects }).getByRole('row').nth(1).click();
    if (part === 'repairs') await page.getByRole('grid', { name: words.repairs.title }).getByRole('row').nth(1).click();
    await expect(page.getByText('Loading…')).toHaveCount(0);
    await fits(page, `narrow-plan-${part}`);
  }
  await page.getByRole('link', { name: words.plan.toProject }).click();

  const project = page.url();
  await step(page, 'assess').getByRole('link', { name: /^shop/ }).click();
  await expect(page.getByTestId('verdict')).toBeVisible();
  await fits(page, 'narrow-assessment');
  for (const name of [words.assess.findings, words.assess.tables]) {
    await tab(page, words.assess.tabs, name).click();
    await expect(tab(page, words.assess.tabs, name)).toHaveAttribute('aria-current', 'page');
    await fits(page, `narrow-assessment-${name.toLowerCase()}`);
  }
  await page.getByRole('link', { name: 'orders', exact: true }).click();
  await page.getByRole('grid', { name: like(words.assess.columnsOf) }).getByRole('row', { name: /^code/ }).click();
  await fits(page, 'narrow-assessment-column');

  await page.goto(project);
  await step(page, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
  await fits(page, 'narrow-migrate');
  await page.getByRole('dialog').getByRole('button', { name: words.projects.start }).click();
  await expect(step(page, 'migrate')).toHaveAttribute('data-status', 'trouble', { timeout: jobTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0);
  await step(page, 'migrate').getByRole('link', { name: words.projects.openRun }).click();
  await expect(page.getByTestId('waiting')).toBeVisible();
  await fits(page, 'narrow-run-waiting');
  await tab(page, words.runs.tabs, words.runs.rejects).click();
  await page.getByRole('grid', { name: words.runs.rejects }).getByRole('row').nth(1).click();
  await fits(page, 'narrow-rejects');
  await tab(page, words.runs.tabs, words.runs.overview).click();
  await page.getByRole('button', { name: words.runs.resumeMore }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'rejects', { timeout: jobTime });
  await fits(page, 'narrow-run');
  for (const [name, picture] of [['comparison', words.runs.comparison], ['rows', words.runs.rows], ['evidence', words.runs.evidence], ['rollback', words.runs.rollback], ['complete', words.runs.complete]] as const) {
    await tab(page, words.runs.tabs, picture).click();
    await expect(tab(page, words.runs.tabs, picture)).toHaveAttribute('aria-current', 'page');
    await expect(page.getByText('Loading…')).toHaveCount(0);
    if (name === 'rollback' || name === 'complete') await expect(page.getByRole('region', { name: words.runs.exactSql })).toContainText(name === 'rollback' ? 'DROP' : 'DELETE');
    await fits(page, `narrow-run-${name}`);
  }
  await expect(main(page)).toBeVisible();
  for (const place of ['projects', 'runs', 'connections', 'jobs', 'audit', 'settings'] as const) {
    await page.getByRole('navigation', { name: words.shell.navigation }).getByRole('link', { name: words.shell[place], exact: true }).click();
    await expect(page.getByRole('heading', { name: words.shell[place], level: 1 })).toBeVisible();
    if (place === 'jobs') await page.getByRole('grid', { name: words.jobs.list }).getByRole('row').nth(1).click();
    await fits(page, `narrow-list-${place}`);
  }
});

test('conversations in such a window: one pane at a time, each within reach', async ({ page, program }) => {
  const file = join(program.folder, 'desk.sqlite');
  makeSupportDesk(file, 50);
  await signIn(page, program);
  await page.getByRole('navigation', { name: words.shell.navigation }).getByRole('link', { name: words.shell.conversations }).click();
  await page.getByRole('link', { name: words.libraries.add }).first().click();
  await page.getByLabel(`${words.libraries.orFile}: ${words.libraries.filePath}`).fill(file);
  await page.getByRole('button', { name: words.libraries.look, exact: true }).click();
  await expect(page.getByText(words.libraries.previewMessages, { exact: true })).toBeVisible();
  await fits(page, 'narrow-library-add');
  await page.getByLabel(words.libraries.newName).fill('Desk');
  await page.getByRole('button', { name: words.libraries.saveAs }).click();
  await expect(page.getByRole('heading', { name: 'Desk', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: words.reader.prepareCache }).click();
  await expect(page.getByText(words.reader.searchMissing)).toHaveCount(0, { timeout: jobTime });
  await page.setViewportSize(windows.zoomed);
  const list = page.getByTestId('reader-list');
  await list.getByRole('link').first().click();
  await expect(list).toBeHidden();
  await expect(page.getByTestId('thread').getByRole('article').first()).toBeVisible();
  await fits(page, 'narrow-reader');
  await page.setViewportSize(windows.zoomed);
  await page.getByRole('button', { name: words.reader.listShow }).click();
  await expect(list).toBeVisible();
  await expect(page.getByTestId('thread')).toBeHidden();
  await fits(page, 'narrow-reader-list');
});

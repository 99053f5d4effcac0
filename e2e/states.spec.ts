import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { assess, jobTime, main, makePlan, migrate, newProject, step, tab } from './support/guided.ts';
import { look } from './support/look.ts';
import { atTarget } from './support/plant.ts';
import { expect, signIn, test } from './support/test.ts';
import { wordsOf } from './support/words.ts';

const words = wordsOf('en');

test('a table left behind stays listed and is taken in again; two windows start one migration; after the rollback nothing is claimed', async ({ page, program, context }) => {
  const file = join(program.folder, 'stock.sqlite');
  const db = new Database(file);
  db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item VALUES (1, 'bolt'), (2, 'nut');
    CREATE TABLE reading (id INTEGER PRIMARY KEY, celsius REAL); WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 900) INSERT INTO reading SELECT i, i / 4.0 FROM k;
    INSERT INTO reading VALUES (901, 'n/a')`);
  db.close();
  await signIn(page, program);
  await newProject(page, words, 'Stock', [file]);
  const project = page.url();
  await assess(page, words);
  await makePlan(page, words);

  const tables = page.getByRole('grid', { name: words.plan.tableList });
  const decision = page.getByTestId('table-decision');
  const save = (version: number) => main(page).getByRole('button', { name: `Save as version ${version}` });
  await tables.getByRole('row', { name: /^item/ }).click();
  await decision.getByLabel(words.plan.tableTarget).fill('');
  await expect(decision).toContainText(words.plan.nameNeeded);
  await expect(save(2)).toBeDisabled();
  await decision.getByLabel(words.plan.excludeTable).check();
  await save(2).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('2');
  await expect(tables.getByRole('row', { name: /^item/ })).toHaveAttribute('aria-selected', 'true');
  await expect(main(page)).toContainText(words.plan.leftOutTable);
  await look(page, 'plan-table-left-out');
  await decision.getByLabel(words.plan.excludeTable).uncheck();
  await save(3).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('3');
  await expect(decision.getByLabel(words.plan.tableTarget)).toHaveValue('item');

  await page.goto(project);
  const other = await context.newPage();
  await other.goto(project);
  const windows = [page, other];
  for (const each of windows) {
    await step(each, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
    await expect(each.getByRole('dialog').getByRole('button', { name: words.projects.start })).toBeEnabled();
  }
  await Promise.all(windows.map((each) => each.getByRole('dialog').getByRole('button', { name: words.projects.start }).click()));
  await expect.poll(async () => (await Promise.all(windows.map((each) => each.getByRole('dialog').getByRole('alert').count()))).reduce((sum, count) => sum + count, 0)).toBe(1);
  await other.close();
  // Whichever was refused still shows its question.
  await page.reload();
  await expect(step(page, 'migrate')).toHaveAttribute('data-status', 'trouble', { timeout: jobTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0);

  // A rehearsal leaves the run where it is.
  await step(page, 'rehearse').getByRole('button', { name: words.projects.rehearse }).click();
  await expect(step(page, 'rehearse').getByRole('link', { name: words.projects.openRehearsal })).toBeVisible({ timeout: jobTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0, { timeout: jobTime });
  await expect(step(page, 'migrate')).toHaveAttribute('data-status', 'trouble');

  await step(page, 'migrate').getByRole('link', { name: words.projects.openRun }).click();
  await page.getByTestId('waiting').getByRole('button', { name: words.runs.resumeMore }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'rejects', { timeout: jobTime });
  const run = page.url();
  await tab(page, words.runs.tabs, words.runs.rollback).click();
  await page.getByRole('button', { name: words.runs.approveRollback }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: words.runs.confirmRollback }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'rolled-back', { timeout: jobTime });
  await expect(main(page)).not.toContainText(words.runs.swappedYes);
  await expect(tab(page, words.runs.tabs, words.runs.rows)).toHaveCount(0);
  await look(page, 'run-rolled-back');
  await tab(page, words.runs.tabs, words.runs.rejects).click();
  await expect(main(page)).toContainText(words.runs.rejectsGone);
  await page.goto(`${run}/rows`);
  await expect(main(page)).toContainText(words.runs.browseNotThere);
});

test('a rehearsal that fails is told in its step, with the way to read on', async ({ page, program }) => {
  const file = join(program.folder, 'gone.sqlite');
  const db = new Database(file);
  db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY); INSERT INTO item VALUES (1)');
  db.close();
  await signIn(page, program);
  await newProject(page, words, 'Gone', [file]);
  await assess(page, words);
  await makePlan(page, words);
  await page.getByRole('link', { name: words.plan.toProject }).click();
  rmSync(file);
  const rehearse = step(page, 'rehearse');
  await rehearse.getByRole('button', { name: words.projects.rehearse }).click();
  await expect(rehearse.getByRole('alert')).toContainText('gone.sqlite', { timeout: jobTime });
  await expect(rehearse).toHaveAttribute('data-status', 'next');
  await look(page, 'project-rehearsal-failed');
  await rehearse.getByRole('link', { name: words.projects.openRehearsal }).click();
  await expect(main(page).getByRole('alert')).toContainText('gone.sqlite');
});

test('rolled back after somebody wrote to its tables: the pages say where they stand now', async ({ page, program }) => {
  const file = join(program.folder, 'pens.sqlite');
  const db = new Database(file);
  db.exec("CREATE TABLE pen (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO pen VALUES (1, 'red'), (2, 'blue')");
  db.close();
  await signIn(page, program);
  await newProject(page, words, 'Pens', [file]);
  const project = page.url();
  await assess(page, words);
  await makePlan(page, words);
  await page.getByRole('link', { name: words.plan.toProject }).click();
  await migrate(page, words);
  await atTarget(program, 'embedded:main', (client) => client.query("INSERT INTO pen (id, name) VALUES (3, 'green')"));
  await tab(page, words.runs.tabs, words.runs.rollback).click();
  await page.getByRole('button', { name: words.runs.approveRollback }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: words.runs.confirmRollback }).click();
  const status = page.getByTestId('run-status');
  await expect(status).toHaveAttribute('data-status', 'rolled-back', { timeout: jobTime });
  await expect(status).toContainText('Rows were written after the swap to public.pen');
  await expect(status).toContainText(/travessia_\w+_after_1/);
  await expect(main(page)).not.toContainText(words.runs.rolledBackText);
  await look(page, 'run-rolled-back-aside');
  await page.goto(project);
  await expect(page.getByText(words.projects.undo.rolledBackAside)).toBeVisible();
});

test('a file that was moved: its new place is chosen where it is missed, and the plan goes on', async ({ page, program }) => {
  const [file, moved] = [join(program.folder, 'cups.sqlite'), join(program.folder, 'mugs.sqlite')];
  const db = new Database(file);
  db.exec("CREATE TABLE cup (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO cup VALUES (1, 'blue')");
  db.close();
  await signIn(page, program);
  await newProject(page, words, 'Cups', [file]);
  await assess(page, words);
  await makePlan(page, words);
  await page.getByRole('link', { name: words.plan.toProject }).click();
  renameSync(file, moved);
  await step(page, 'assess').getByRole('button', { name: words.projects.assessAgain }).click();
  await page.getByTestId('source-trouble').getByRole('button', { name: words.projects.moveSourceOne }).click({ timeout: jobTime });
  const dialog = page.getByRole('dialog', { name: words.projects.moveSource });
  await dialog.getByLabel(words.projects.moveSourceTo).fill(join(program.folder, 'none.sqlite'));
  await dialog.getByRole('button', { name: words.projects.moveSourceDo }).click();
  await expect(dialog.getByRole('alert')).toContainText('none.sqlite');
  await look(page, 'move-source');
  await dialog.getByLabel(words.projects.moveSourceTo).fill(moved);
  await dialog.getByRole('button', { name: words.projects.moveSourceDo }).click();
  await expect(dialog.getByRole('status')).toContainText(words.projects.movedSame);
  await dialog.getByRole('button', { name: words.common.close }).last().click();
  await expect(page.getByTestId('source-trouble')).toHaveCount(0);
  await expect(step(page, 'plan')).toHaveAttribute('data-status', 'done');
  await migrate(page, words);
});

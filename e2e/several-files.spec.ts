import Database from 'better-sqlite3';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { assess, main, makePlan, migrate, newProject, step, tab } from './support/guided.ts';
import { look } from './support/look.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');

function make(path: string): void {
  const db = new Database(path);
  db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT)');
  const insert = db.prepare('INSERT INTO item (name) VALUES (?)');
  db.transaction(() => { for (let n = 0; n < 2000; n += 1) insert.run(`item ${n} ${'x'.repeat(60)}`); })();
  db.exec("INSERT INTO other VALUES (1, 'kept')");
  db.close();
}

/** Pages in the middle of the larger table. */
function damage(path: string): void {
  const handle = openSync(path, 'r+');
  for (let page = 20; page < 30; page += 1) writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
  closeSync(handle);
}

test('of four files two are damaged: said with what can be read, left out, and the others cross; the evidence names them', async ({ page, program }) => {
  const at = (name: string): string => join(program.folder, `${name}.db`);
  const [one, two, broken, notes] = [at('one'), at('two'), at('broken'), at('notes')];
  for (const file of [one, two, broken]) make(file);
  damage(broken);
  writeFileSync(notes, 'a shopping list\n'.repeat(500));
  await signIn(page, program);
  await newProject(page, words, 'Four files', [one, two, broken, notes]);
  await assess(page, words, 'trouble');

  const troubles = step(page, 'assess').getByTestId('source-trouble');
  const damaged = troubles.filter({ hasText: 'broken.db' });
  const foreign = troubles.filter({ hasText: 'notes.db' });
  await expect(troubles).toHaveCount(2);
  await expect(damaged).toContainText(/What can be read of it: item only up to the damage \(rows: [1-9][\d,]*\); other whole \(rows: 1\)/);
  await expect(foreign).toContainText(words.projects.nothingReadable);
  await look(page, 'project-damaged');

  // Out, in again, and out for good.
  const takenIn = () => foreign.getByRole('button', { name: words.projects.leaveOut });
  await takenIn().click();
  const left = page.getByTestId('source-left-out').filter({ hasText: 'notes.db' });
  await expect(left).toContainText(words.projects.leftOut);
  await expect(step(page, 'plan')).toHaveAttribute('data-status', 'next');
  await left.getByRole('button', { name: words.projects.takeIn }).click();
  await expect(step(page, 'assess')).toHaveAttribute('data-status', 'trouble');
  await takenIn().click();
  await damaged.getByRole('button', { name: words.projects.leaveOut }).click();
  await expect(page.getByTestId('source-left-out')).toHaveCount(2);
  await expect(page.getByText('Every source assessed (2 of 2)')).toBeVisible();
  await look(page, 'project-left-out');

  await makePlan(page, words);
  await tab(page, words.plan.tabs, words.plan.findings).click();
  for (const file of [broken, notes]) await expect(main(page)).toContainText(`${file} stays behind`);
  await page.getByRole('link', { name: words.plan.toProject }).click();
  await step(page, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
  await expect(page.getByRole('dialog', { name: like(words.projects.confirmTitle) })).toContainText(`Stays behind: ${notes}`);
  await expect(page.getByTestId('headroom')).toContainText(/Space in the target: about .* are free/);
  await look(page, 'migrate-space');
  await page.getByRole('button', { name: words.common.cancel }).click();
  await migrate(page, words);
  for (const file of [broken, notes]) await expect(main(page)).toContainText(`${file} stays behind`);
  await look(page, 'run-left-out');

  await tab(page, words.runs.tabs, words.runs.evidence).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download HTML' }).click();
  const evidence = readFileSync(await (await download).path(), 'utf8');
  for (const file of [broken, notes]) expect(evidence).toContain(`${file} stays behind`);
  expect(evidence).toMatch(/in rows by table: item: [1-9]\d*…, other: 1/);
});

import type { Page } from '@playwright/test';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { assess, newProject, step } from './support/guided.ts';
import { look } from './support/look.ts';
import { expect, signIn, test } from './support/test.ts';
import { wordsOf } from './support/words.ts';

const words = wordsOf('en');

/** Large enough that indexes are compared from the pages. */
function makeLarge(path: string): void {
  const db = new Database(path);
  db.exec(`CREATE TABLE part (id INTEGER PRIMARY KEY, name TEXT, body BLOB); CREATE INDEX part_name ON part (name);
    WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 9000) INSERT INTO part SELECT i, 'part ' || i, randomblob(2000) FROM k`);
  db.close();
}

/** An index that lacks the rows written while SQLite did not know of it. */
function makeDamaged(path: string): void {
  const open = (): Database.Database => {
    const db = new Database(path);
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    return db;
  };
  let db = open();
  db.exec("CREATE TABLE bolt (id INTEGER PRIMARY KEY, size TEXT); CREATE INDEX bolt_size ON bolt (size); INSERT INTO bolt VALUES (1, 'M3')");
  const row = db.prepare<[], unknown[]>("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema WHERE name = 'bolt_size'").raw().get() ?? [];
  db.exec("DELETE FROM sqlite_schema WHERE name = 'bolt_size'");
  db.close();
  db = open();
  db.exec("WITH RECURSIVE k(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM k WHERE i < 40) INSERT INTO bolt SELECT i, 'M' || i FROM k");
  db.prepare('INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?)').run(...row);
  db.close();
}

/** Made, assessed, and its assessment opened. */
async function openAssessed(page: Page, name: string, file: string): Promise<void> {
  await newProject(page, words, name, [file]);
  await assess(page, words);
  await step(page, 'assess').getByRole('link').first().click();
  await expect(page.getByTestId('verdict')).toBeVisible();
}

test('what was checked of a file is told so that it can be read: sound, compared from the pages, and an index that lacks rows', async ({ page, program }) => {
  const [large, damaged] = [join(program.folder, 'large.sqlite'), join(program.folder, 'damaged.sqlite')];
  makeLarge(large);
  makeDamaged(damaged);
  await signIn(page, program);
  const fact = (name: string) => page.locator('dl > div').filter({ hasText: name }).locator('dd');
  await openAssessed(page, 'Large', large);
  await expect(fact(words.assess.quickCheck)).toHaveText(words.assess.ok);
  await expect(fact(words.assess.integrityCheck)).toHaveText(words.assess.ok);
  await expect(fact(words.assess.tablesByPages)).toHaveText('1');
  await look(page, 'assessment-integrity-sound');
  await openAssessed(page, 'Damaged', damaged);
  await expect(fact(words.assess.integrityCheck)).toHaveText('messages: 40');
  const messages = page.getByTestId('integrity-messages').getByRole('listitem');
  await expect(messages).toHaveCount(40);
  await expect(messages.filter({ hasText: 'row 2 missing from index bolt_size' })).toHaveCount(1);
  await messages.first().scrollIntoViewIfNeeded();
  await look(page, 'assessment-integrity-found');
});

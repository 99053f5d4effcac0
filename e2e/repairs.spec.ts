import { join } from 'node:path';
import Database from 'better-sqlite3';
import { assess, main, makePlan, migrate, newProject, tab } from './support/guided.ts';
import { look } from './support/look.ts';
import { atTarget } from './support/plant.ts';
import { expect, signIn, test } from './support/test.ts';
import { wordsOf } from './support/words.ts';

const words = wordsOf('en');

test('rows that break a key: seen on the plan’s screen, repaired by choice, told in the result', async ({ page, program }) => {
  const file = join(program.folder, 'loose.sqlite');
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(`CREATE TABLE owner (id INTEGER PRIMARY KEY); CREATE TABLE pet (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owner(id), name TEXT);
    INSERT INTO owner VALUES (1); INSERT INTO pet VALUES (1, 1, 'Rex'), (2, 9, 'Mia'), (3, 9, 'Bob')`);
  db.close();
  await signIn(page, program);
  await newProject(page, words, 'Loose rows', [file]);
  await assess(page, words);
  await makePlan(page, words);
  await page.getByRole('navigation', { name: words.plan.tabs }).getByRole('link', { name: words.repairs.title }).click();
  const list = page.getByRole('grid', { name: words.repairs.title });
  await list.getByRole('row', { name: /pet_owner_fkey/ }).click();
  const details = page.getByTestId('repair-details');
  await expect(page.getByTestId('repair-effect')).toContainText('NOT VALID');
  // Kept, nothing runs: no empty SQL.
  await expect(details.getByText(words.repairs.sql)).toHaveCount(0);
  await details.getByLabel(words.repairs.choice).selectOption('create-parent');
  await expect(details).toContainText('INSERT INTO "owner" ("id")');
  await look(page, 'plan-repairs');
  await details.getByRole('button', { name: 'Save as version 2' }).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('2');
  await expect(list.getByRole('row', { name: /pet_owner_fkey/ })).toContainText(words.repairs.choices['create-parent']);
  await expect(details).toContainText('parents created: 1');
  await tab(page, words.plan.tabs, words.plan.versions).click();
  await expect(main(page)).toContainText('create-parent');
  await look(page, 'plan-repairs-versions');

  await page.getByRole('link', { name: words.plan.toProject }).click();
  await migrate(page, words);
  await expect(page.getByTestId('run-repairs')).toContainText('0 rows were quarantined, 0 values set to NULL, 1 parent created');
  await look(page, 'run-repairs');
  await atTarget(program, 'embedded:main', async (client) => {
    const { rows } = await client.query('SELECT (SELECT array_agg(id::int ORDER BY id) FROM owner) AS owners, (SELECT bool_and(convalidated) FROM pg_constraint) AS valid');
    expect(rows).toEqual([{ owners: [1, 9], valid: true }]);
  });
});

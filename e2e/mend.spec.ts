import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { assess, jobTime, main, makePlan, newProject, step, tab } from './support/guided.ts';
import { look } from './support/look.ts';
import { atTarget } from './support/plant.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');

test('rejected rows: mended beside the row, refused with a reason, all of one reason at once, then swapped', async ({ page, program }) => {
  const file = join(program.folder, 'sensors.sqlite');
  const db = new Database(file);
  db.exec(`CREATE TABLE sensor (id INTEGER PRIMARY KEY, place TEXT NOT NULL UNIQUE); CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor INTEGER REFERENCES sensor (id), celsius REAL, taken TEXT);
    WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 800) INSERT INTO sensor SELECT i, 'Hall ' || i FROM k;
    WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 800) INSERT INTO reading SELECT i, i, 20.5 + i % 7, '2026-03-01' FROM k;
    INSERT INTO reading VALUES (901, 1, 'n/a', '2026-03-02'), (902, 2, 'n/a', '2026-03-02'), (903, 3, '21,5', '2026-03-02')`);
  db.close();
  await signIn(page, program);
  await newProject(page, words, 'Sensors', [file]);
  await assess(page, words);
  await makePlan(page, words);
  await page.getByRole('link', { name: words.plan.toProject }).click();
  await step(page, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
  await page.getByRole('dialog', { name: like(words.projects.confirmTitle) }).getByRole('button', { name: words.projects.start }).click();
  await expect(step(page, 'migrate')).toHaveAttribute('data-status', 'trouble', { timeout: jobTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0);
  await step(page, 'migrate').getByRole('link', { name: words.projects.openRun }).click();
  await expect(page.getByTestId('waiting')).toContainText('Rows rejected: 3; allowed: 0');
  await tab(page, words.runs.tabs, words.runs.rejects).click();
  const rejects = page.getByRole('grid', { name: words.runs.rejects });
  await rejects.getByRole('row', { name: /id=903/ }).click();
  const mend = page.getByTestId('mend');
  const celsius = mend.getByRole('textbox', { name: 'celsius' });
  await expect(celsius).toHaveValue('21,5');
  await celsius.fill('21.5 °C');
  await mend.getByRole('button', { name: words.runs.mendLoad }).click();
  await expect(mend.getByRole('alert')).toContainText('still does not fit');
  await look(page, 'mend-refused');
  await mend.getByLabel('Type of celsius').selectOption('real');
  await expect(mend.getByRole('button', { name: words.runs.mendLoad })).toBeDisabled();
  await celsius.fill('21.5');
  await mend.getByLabel(words.runs.mendMore).selectOption('taken');
  await mend.getByRole('textbox', { name: 'taken' }).fill('2026-03-03');
  await mend.getByRole('button', { name: words.runs.mendLoad }).click();
  await expect(page.getByTestId('reject-total')).toContainText('Rejected rows: 2');

  await rejects.getByRole('row', { name: /id=901/ }).click();
  await mend.getByLabel('Type of celsius').selectOption('null');
  await mend.getByRole('checkbox').check();
  await look(page, 'mend-alike');
  await mend.getByRole('button', { name: words.runs.mendLoad }).click();
  await expect(main(page).getByText(words.runs.rejectsEmpty)).toBeVisible();
  await main(page).getByLabel(words.runs.filterMended).selectOption('mended');
  await rejects.getByRole('row', { name: /id=903/ }).click();
  await expect(page.getByTestId('mended')).toContainText('celsius = 21.5');
  await look(page, 'mended');

  await expect(page.getByTestId('reject-ways')).toContainText(words.runs.wayGoOnText);
  await tab(page, words.runs.tabs, words.runs.overview).click();
  await page.getByTestId('waiting').getByRole('button', { name: words.runs.resume, exact: true }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'verified', { timeout: jobTime });
  await expect(page.getByTestId('run-mended')).toContainText('3 rejected rows were mended by hand');
  await look(page, 'run-mended');
  await tab(page, words.runs.tabs, words.runs.evidence).click();
  await main(page).getByRole('button', { name: words.runs.evidenceDigests }).click();
  // Every side's SHA-256 stands in the report once the comparison is done.
  await expect(async () => {
    const download = page.waitForEvent('download');
    await main(page).getByRole('button', { name: words.runs.evidenceJson }).click();
    expect(readFileSync(await (await download).path(), 'utf8')).toMatch(/"digests":\s*\{\s*"by":\s*"range"/);
  }).toPass({ timeout: jobTime });
  await atTarget(program, 'embedded:main', async (client) => {
    const { rows } = await client.query('SELECT id::int, celsius, taken FROM reading WHERE id > 900 ORDER BY id');
    expect(rows).toEqual([{ id: 901, celsius: null, taken: '2026-03-02' }, { id: 902, celsius: null, taken: '2026-03-02' }, { id: 903, celsius: 21.5, taken: '2026-03-03' }]);
  });
});

import type { Locator, Page } from '@playwright/test';
import { drawForDocs, look } from './support/look.ts';
import { atTarget } from './support/plant.ts';
import type { Program } from './support/program.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';
import type { Words } from './support/words.ts';

/** Long enough for the sample on two busy cores. */
const walkTime = 200_000;

const main = (page: Page): Locator => page.getByRole('main');
const tab = (page: Page, tabs: string, name: string): Locator => page.getByRole('navigation', { name: tabs }).getByRole('link', { name });
const status = (page: Page, step: string): Locator => page.getByTestId(`step-${step}`);

/** Of the project's screen: its target, as the details panel names it. */
async function targetOf(page: Page): Promise<string> {
  const text = await page.getByText(/^embedded:/).first().textContent();
  return text ?? '';
}

/** Opens the project the sample made, once it has come to its end, and says its address. */
async function sampleDone(page: Page, words: Words): Promise<string> {
  await expect(main(page).getByText(words.common.projectStates.soaking, { exact: true })).toBeVisible({ timeout: walkTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0);
  for (const step of ['assess', 'plan', 'migrate', 'verify']) await expect(status(page, step)).toHaveAttribute('data-status', 'done');
  return page.url();
}

/** From the run's screen: one cell is changed behind the program's back, found again on the comparison, and nothing beside it. */
async function findPlantedCell(page: Page, words: Words, plant: () => Promise<Planted>): Promise<void> {
  await tab(page, words.runs.tabs, words.runs.comparison).click();
  const verdict = page.getByTestId('comparison-verdict');
  await expect(verdict).toHaveAttribute('data-equal', 'true');
  const planted = await plant();
  await page.getByRole('button', { name: words.runs.verifyAgain }).click();
  await expect(verdict).toHaveAttribute('data-equal', 'false', { timeout: walkTime });
  await expect(page.getByRole('button', { name: words.runs.verifyAgain })).toBeEnabled();
  const tables = page.getByRole('grid', { name: words.runs.comparisonTables });
  const differing = tables.getByRole('row').filter({ hasText: words.runs.different });
  // What differs is shown alone, without being asked for.
  await expect(page.getByRole('checkbox', { name: words.runs.onlyDifferent })).toBeChecked();
  await expect(tables).toHaveAttribute('aria-rowcount', '2');
  await expect(differing).toHaveCount(1);
  await expect(differing).toContainText(planted.table);
  await differing.click();
  const rows = page.getByRole('grid', { name: like(words.runs.differences) });
  await expect(rows).toHaveAttribute('aria-rowcount', '2');
  const row = rows.getByRole('row').filter({ hasText: words.runs.kinds.changed });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(planted.column);
  await row.click();
  const cells = page.getByTestId('difference-details');
  await expect(cells.getByRole('listitem')).toHaveCount(1);
  await expect(cells).toContainText(planted.row);
  await expect(cells.getByRole('heading', { level: 3 })).toHaveText(planted.column);
  // What differs is marked on both sides, in sight without scrolling.
  await expect(cells.locator('mark')).toHaveText(planted.marks);
  await expect(cells.locator('mark').last()).toBeInViewport();
}

type Planted = { row: string; table: string; column: string; marks: string[] };

/** What no eye and no row count finds: a trailing space. What one does: a letter that a wrong encoding ate. */
const damages = { space: "content || ' '", letter: "overlay(content PLACING '?' FROM 7 FOR 1)" } as const;

/** Damages one message in the middle of the target's table. */
async function plantIn(program: Program, words: Words, target: string, damage: keyof typeof damages): Promise<Planted> {
  return atTarget(program, target, async (client) => {
    const { rows } = await client.query<{ id: string; before: string; after: string }>(
      `UPDATE duiliocode.conversation_history AS changed SET content = ${damages[damage].replaceAll('content', 'changed.content')}
        FROM (SELECT id, content FROM duiliocode.conversation_history ORDER BY id OFFSET 200 LIMIT 1) AS found
        WHERE changed.id = found.id RETURNING changed.id::text AS id, found.content AS before, changed.content AS after`,
    );
    // The seventh letter; or, where the source has nothing, the sign for that.
    const letter = rows[0]?.before[6] ?? '';
    const marks = damage === 'space' ? [`⌃${words.runs.lacking}`, '·'] : [{ ' ': '·', '\n': '⏎' }[letter] ?? letter, '?'];
    return { row: rows[0]?.id ?? '', table: 'conversation_history', column: 'content', marks };
  });
}

/** Shows the SQL, confirms it, and follows the project back to where it was; what was planted since stays, set aside. */
async function rollBack(page: Page, words: Words, project: string, pictures: boolean): Promise<void> {
  await tab(page, words.runs.tabs, words.runs.rollback).click();
  const sql = page.getByRole('region', { name: words.runs.exactSql });
  await expect(sql).toContainText(/ALTER \w+ .* SET SCHEMA "travessia_/);
  if (pictures) await look(page, 'rollback');
  await page.getByRole('button', { name: words.runs.approveRollback }).click();
  const dialog = page.getByRole('alertdialog', { name: words.runs.confirmRollbackTitle });
  await expect(dialog.getByRole('button', { name: words.common.cancel })).toBeFocused();
  if (pictures) await look(page, 'rollback-confirm');
  await dialog.getByRole('button', { name: words.runs.confirmRollback }).click();
  await expect(main(page).getByText(words.common.runStates['rolled-back'], { exact: true })).toBeVisible({ timeout: walkTime });
  await page.goto(project);
  await expect(main(page).getByText(words.common.projectStates['rolled-back'], { exact: true })).toBeVisible();
  await expect(main(page).locator('..').getByText(words.projects.undo.rolledBackAside)).toBeVisible();
}

/** What is done at each screen of a tour: looked at, or only opened where the other language's walk looks. */
type See = (name: string) => Promise<void>;
const pass: See = async () => undefined;

/** Every part of the plan, from the project's screen. */
async function openPlan(page: Page, words: Words, see: See): Promise<void> {
  // On a busy machine the page is still being drawn when it is clicked: a press that began on a former drawing comes to nothing.
  await expect(async () => {
    await page.getByRole('link', { name: words.projects.openPlan }).click({ timeout: 5000 });
    await expect(page.getByRole('grid', { name: words.plan.tableList })).toBeVisible({ timeout: 5000 });
  }).toPass();
  await page.getByRole('grid', { name: words.plan.tableList }).getByRole('row', { name: /conversation_history/ }).click();
  await page.getByRole('grid', { name: like(words.plan.columnList) }).getByRole('row', { name: /^extra_data/ }).click();
  await expect(page.getByTestId('column-decision').getByRole('textbox', { name: words.plan.targetName })).toHaveValue('extra_data');
  await see('plan-column');
  await page.getByRole('radio', { name: words.plan.sqlBeside }).check({ force: true });
  // At the table that was chosen, not at the script's beginning.
  await expect(page.getByRole('complementary').locator('.cm-line', { hasText: /CREATE TABLE .*"conversation_history"/ })).toBeInViewport();
  await see('plan-sql-beside');
  const parts = [['sql', words.plan.sql], ['objects', words.plan.objects], ['findings', words.plan.findings], ['options', words.plan.options], ['versions', words.plan.versions]] as const;
  for (const [part, name] of parts) {
    const link = tab(page, words.plan.tabs, name);
    await link.click();
    await expect(link).toHaveAttribute('aria-current', 'page');
    if (part === 'sql') await expect(main(page)).toContainText('CREATE TABLE');
    if (part === 'objects') await page.getByRole('grid', { name: words.plan.objects }).getByRole('row').nth(1).click();
    await see(`plan-${part}`);
  }
}

/** Every part of the assessment of the chat history, from the project's screen. */
async function openAssessment(page: Page, words: Words, see: See): Promise<void> {
  await status(page, 'assess').getByRole('link', { name: /^duiliocode/ }).click();
  await expect(page.getByTestId('verdict')).toBeVisible();
  await see('assessment');
  await tab(page, words.assess.tabs, words.assess.findings).click();
  await see('assessment-findings');
  await tab(page, words.assess.tabs, words.assess.tables).click();
  await see('assessment-tables');
  await page.getByRole('table', { name: words.assess.tableList }).getByRole('link', { name: 'conversation_history' }).click();
  await page.getByRole('grid', { name: like(words.assess.columnsOf) }).getByRole('row', { name: /^extra_data/ }).click();
  await see('assessment-column');
}

/** The lists that stand in the rail. */
async function openLists(page: Page, words: Words, see: See): Promise<void> {
  for (const place of ['projects', 'runs', 'connections', 'jobs', 'audit', 'settings'] as const) {
    await page.getByRole('navigation', { name: words.shell.navigation }).getByRole('link', { name: words.shell[place], exact: true }).click();
    await expect(page.getByRole('heading', { name: words.shell[place], level: 1 })).toBeVisible();
    if (place === 'jobs') await page.getByRole('grid', { name: words.jobs.list }).getByRole('row', { name: new RegExp(`^${words.common.jobKinds.migrate}`) }).first().click();
    await see(`list-${place}`);
  }
}

test('first start, the sample verified, a planted difference found, rolled back', async ({ page, program }) => {
  const words = wordsOf('en');
  await page.goto(program.url);
  await expect(page.getByRole('heading', { name: 'Sign in to Travessia' })).toBeVisible();
  await look(page, 'sign-in');
  await signIn(page, program);
  await expect(page.getByRole('heading', { name: 'Welcome to Travessia', level: 1 })).toBeVisible();
  await look(page, 'welcome');
  await page.getByRole('button', { name: 'Migrate the sample' }).click();
  await expect(page.getByTestId('project-job')).toBeVisible();
  await look(page, 'project-running');

  await page.getByRole('link', { name: 'Open run' }).click({ timeout: walkTime });
  const progress = page.getByTestId('run-progress');
  await expect(progress).toBeVisible();
  await expect(page.getByRole('table', { name: words.runs.tableProgress })).toBeVisible();
  await expect(page.locator('.uplot')).toBeVisible();
  await look(page, 'run-live');
  await page.getByRole('link', { name: /^Sample / }).last().click();
  const project = await sampleDone(page, words);
  const target = await targetOf(page);
  await look(page, 'project-verified');

  await page.getByRole('link', { name: 'Open run' }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'verified');
  await expect(page.getByText('Every row and every column was compared and is equal.')).toBeVisible();
  await expect(page.getByText('holds for every table (21)')).toBeVisible();
  await look(page, 'run-result');
  const run = page.url();
  for (const [name, picture] of [['Rejects', 'run-rejects-none'], ['Rows', 'run-rows'], ['Evidence', 'run-evidence'], ['Complete', 'complete']] as const) {
    await tab(page, words.runs.tabs, name).click();
    await expect(tab(page, words.runs.tabs, name)).toHaveAttribute('aria-current', 'page');
    if (name === 'Rows') await expect(page.getByRole('table').getByRole('row').nth(5)).toBeVisible();
    if (name === 'Evidence') {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Download HTML' }).click();
      expect((await download).suggestedFilename()).toMatch(/^travessia-.*\.html$/);
    }
    if (name === 'Complete') await expect(page.getByRole('region', { name: words.runs.exactSql })).toContainText('DROP');
    await look(page, picture);
  }
  await page.goto(project);
  await openPlan(page, words, pass);
  await page.goto(project);
  await openAssessment(page, words, pass);
  await openLists(page, words, pass);
  await page.goto(run);
  await tab(page, words.runs.tabs, words.runs.comparison).click();
  await expect(page.getByText(/^Everything is equal\. Compared: tables 21,/)).toBeVisible();
  await look(page, 'comparison-equal');

  await findPlantedCell(page, words, () => plantIn(program, words, target, 'letter'));
  await expect(page.getByText('Differing rows: 1 (tables: 1 of 21)')).toBeVisible();
  await look(page, 'comparison-different');
  await drawForDocs(page);
  await rollBack(page, words, project, true);
  await look(page, 'project-rolled-back');
  await atTarget(program, target, async (client) => {
    const { rows } = await client.query(`SELECT count(*)::int AS tables FROM information_schema.tables WHERE table_schema = 'duiliocode'`);
    expect(rows).toEqual([{ tables: 0 }]);
  });
});

test('a mesma travessia em português, trocada nas configurações', async ({ page, program }) => {
  const words = wordsOf('pt-BR');
  await signIn(page, program);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Português (Brasil)' }).check({ force: true });
  await expect(page.getByRole('heading', { name: 'Configurações', level: 1 })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
  await page.getByRole('link', { name: 'Mostrar os primeiros passos de novo' }).click();
  await expect(page.getByRole('heading', { name: 'Boas-vindas à Travessia', level: 1 })).toBeVisible();
  await look(page, 'pt-welcome');
  await page.getByRole('radio', { name: words.welcome.small }).check({ force: true });
  await page.getByRole('button', { name: words.welcome.sample }).click();
  const project = await sampleDone(page, words);
  await expect(main(page).getByText('Em uso, reversível', { exact: true })).toBeVisible();
  const target = await targetOf(page);
  await look(page, 'pt-project-verified');
  const see: See = (name) => look(page, `pt-${name}`);
  await openPlan(page, words, see);
  await page.goto(project);
  await openAssessment(page, words, see);
  await openLists(page, words, see);
  await page.goto(project);
  await page.getByRole('link', { name: words.projects.openRun }).click();
  await expect(page.getByText('Cada linha e cada coluna foi comparada e é igual.')).toBeVisible();
  await look(page, 'pt-run-result');
  await findPlantedCell(page, words, () => plantIn(program, words, target, 'space'));
  await look(page, 'pt-comparison-different');
  await rollBack(page, words, project, false);
  await expect(main(page).getByText('Revertido', { exact: true })).toBeVisible();
});

/** The guided way of each template: a known program's stores, from a new project to verified tables and their evidence. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { assess, main, makePlan, migrate, newProject, tab } from './support/guided.ts';
import { look } from './support/look.ts';
import { templateStores } from './support/template-stores.ts';
import { expect, signIn, test } from './support/test.ts';
import { wordsOf } from './support/words.ts';

const words = wordsOf('en');

for (const { name, make, tables } of templateStores) {
  test(`${name}: from its stores to verified, by the guided way`, async ({ page, program }) => {
    const sources = await make(program.folder);
    await signIn(page, program);
    await newProject(page, words, `From ${name}`, sources);
    await assess(page, words);
    await makePlan(page, words);

    await tab(page, words.plan.tabs, words.plan.options).click();
    await page.getByLabel(words.plan.optionTemplate).selectOption(name);
    await expect(page.getByTestId('template').getByRole('listitem')).not.toHaveCount(0);
    await main(page).getByRole('button', { name: 'Save as version 2' }).click();
    await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('2');
    await page.getByRole('link', { name: words.plan.toProject }).click();

    await migrate(page, words);
    for (const table of tables) await expect(main(page).getByText(table, { exact: true }).first()).toBeVisible();
    await expect(main(page)).toContainText('holds for every table');
    await look(page, `template-${name}`);

    await tab(page, words.runs.tabs, words.runs.evidence).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: words.runs.evidenceHtml }).click();
    const report = join(program.folder, 'evidence.html');
    await (await download).saveAs(report);
    await page.goto(pathToFileURL(report).href);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    for (const table of tables) await expect(page.getByText(table, { exact: true }).first()).toBeVisible();
  });
}

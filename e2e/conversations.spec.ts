import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { jobTime } from './support/guided.ts';
import { look } from './support/look.ts';
import { makeSupportDesk } from './support/support-desk.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';
import type { Language, Words } from './support/words.ts';

const list = (page: Page): Locator => page.getByTestId('reader-list');
const thread = (page: Page): Locator => page.getByTestId('thread');
const opened = (page: Page): Locator => thread(page).locator('article[aria-current="true"]');
const line = (page: Page, words: Words): Locator => page.getByRole('textbox', { name: words.reader.search });

async function search(page: Page, words: Words, text: string): Promise<void> {
  await line(page, words).fill(text);
  await line(page, words).press('Enter');
}

/** From the libraries: the file is detected, previewed, named and opened; its copy is made. */
async function openDesk(page: Page, words: Words, file: string, see: (name: string) => Promise<void>): Promise<void> {
  await page.getByRole('navigation', { name: words.shell.navigation }).getByRole('link', { name: words.shell.conversations }).click();
  await expect(page.getByText(words.libraries.empty)).toBeVisible();
  await see('libraries-empty');
  await page.getByRole('link', { name: words.libraries.add }).first().click();
  await page.getByLabel(`${words.libraries.orFile}: ${words.libraries.filePath}`).fill(file);
  await page.getByRole('button', { name: words.libraries.look, exact: true }).click();
  await expect(page.getByRole('radio').first()).toBeChecked();
  await expect(page.getByText(words.libraries.previewMessages, { exact: true })).toBeVisible();
  await page.getByRole('button', { name: words.libraries.editMapping }).click();
  await see('library-add');
  await page.getByLabel(words.libraries.newName).fill('Desk');
  await page.getByRole('button', { name: words.libraries.saveAs }).click();
  await expect(page.getByRole('heading', { name: 'Desk', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: words.reader.prepareCache }).click();
  await expect(page.getByText(words.reader.searchMissing)).toHaveCount(0, { timeout: jobTime });
}

/** From now on whoever sits there is support: nothing but conversations, masked. */
async function enterSupport(page: Page, words: Words): Promise<void> {
  await page.getByTestId('profile').click();
  const enter = page.getByRole('dialog', { name: words.profile.enterTitle });
  await enter.getByLabel(words.profile.passphrase, { exact: true }).fill('a long passphrase');
  await enter.getByLabel(words.profile.repeat).fill('a long passphrase');
  await enter.getByRole('button', { name: words.profile.enter }).click();
  await expect(page.getByTestId('profile')).toHaveText(words.profile.support);
}

/** Of the conversation that is open, as Markdown; gives the file's text. */
async function exported(page: Page, words: Words, see: (name: string) => Promise<void>): Promise<string> {
  await page.getByRole('button', { name: words.reader.export }).first().click();
  const exporting = page.getByRole('dialog', { name: words.exports.title });
  await exporting.getByRole('radio', { name: words.exports.conversation, exact: true }).check({ force: true });
  await exporting.getByRole('radio', { name: words.exports.formats.markdown }).check({ force: true });
  await see('export');
  const download = page.waitForEvent('download', { timeout: jobTime });
  await exporting.getByRole('button', { name: words.exports.start, exact: true }).click();
  const file = await (await download).path();
  await expect(exporting).toContainText(like(words.exports.saved).source.slice(1, 12));
  await exporting.getByRole('button', { name: words.common.close }).last().click();
  return readFileSync(file, 'utf8');
}

for (const language of ['en', 'pt-BR'] as const satisfies readonly Language[]) {
  const words = wordsOf(language);
  test.describe(`the support day, ${language}`, () => {
    test.use({ locale: language });
    test('a customer’s words are found, read, revealed, exported and passed on as a link', async ({ page, context, program }) => {
      const see = (name: string): Promise<void> => look(page, `conversations-${name}${language === 'en' ? '' : '-pt'}`);
      const desk = makeSupportDesk(join(program.folder, 'desk.sqlite'), 300);
      await signIn(page, program);
      await openDesk(page, words, join(program.folder, 'desk.sqlite'), see);
      await enterSupport(page, words);

      // The list: newest first; a word found; its message in the middle of its surroundings.
      await expect(list(page).getByRole('link').first()).toContainText('59');
      await search(page, words, 'zanzibar');
      await expect(page.getByTestId('list-summary')).toContainText(language === 'en' ? '1 message' : '1 mensagem');
      await expect(list(page).locator('mark')).toHaveText('zanzibar');
      await list(page).getByRole('link').first().click();
      await expect(opened(page)).toContainText('zanzibar');
      await expect(opened(page).locator('mark')).toHaveText('zanzibar');
      // Personal data is nowhere; chips stand in its place.
      await expect(opened(page)).toContainText(words.reader.kinds.email);
      await expect(page.locator('body')).not.toContainText(desk.email);
      await expect(page.locator('body')).not.toContainText(desk.cpf);
      await see('message');

      // Accents and forms: acao finds ação and ações.
      const form = list(page).locator('mark').first();
      await search(page, words, 'acao role:assistant');
      await expect(form).toHaveText('ação');
      await search(page, words, 'acao');
      await expect(form).toHaveText('ações');

      // A filter by chip is a piece of the same line; J and K heed it.
      await page.getByRole('button', { name: words.reader.chips.role, exact: true }).click();
      await page.getByRole('dialog', { name: words.reader.chips.role }).getByRole('button', { name: words.reader.roles.user, exact: true }).click();
      await expect(line(page, words)).toHaveValue('acao role:user');
      await expect(list(page).getByRole('link').first()).toContainText(words.reader.roles.user);
      await thread(page).or(page.getByText(words.reader.openHint)).first().click({ position: { x: 5, y: 5 } });
      await page.keyboard.press('j');
      await expect(list(page).locator('[aria-current="true"]')).toHaveCount(1);
      const first = await list(page).locator('[aria-current="true"]').getAttribute('data-key');
      await page.keyboard.press('j');
      await expect(list(page).locator('[aria-current="true"]')).not.toHaveAttribute('data-key', first ?? '');
      await expect(opened(page)).toHaveAttribute('aria-label', words.reader.roles.user);
      await page.keyboard.press('k');
      await expect(list(page).locator('[aria-current="true"]')).toHaveAttribute('data-key', first ?? '');

      // An unknown operator is explained; one press mends it.
      await search(page, words, 'roel:user zanzibar');
      await page.getByRole('search').getByRole('button', { name: words.reader.suggestion.replace('{{text}}', 'role:user') }).click();
      await expect(line(page, words)).toHaveValue('role:user zanzibar');
      await list(page).getByRole('link').first().click();
      await expect(opened(page)).toContainText('zanzibar');

      // Exported, masked as it is shown.
      const masked = await exported(page, words, see);
      expect(masked).toContain('zanzibar');
      for (const hidden of [desk.email, desk.cpf]) expect(masked).not.toContain(hidden);

      // Revealed with a reason; found again afterwards by what was hidden.
      await opened(page).getByRole('button', { name: words.reader.reveal }).click();
      const dialog = page.getByRole('dialog', { name: words.reader.revealTitle });
      await dialog.getByLabel(words.reader.revealReason).fill('no');
      await dialog.getByRole('button', { name: words.reader.revealDo }).click();
      await expect(dialog).toContainText(words.reader.revealReasonShort);
      await dialog.getByLabel(words.reader.revealReason).fill('request 7741 of the customer');
      await see('reveal');
      await dialog.getByRole('button', { name: words.reader.revealDo }).click();
      await expect(opened(page)).toContainText(desk.email);
      await expect(opened(page)).toContainText(words.reader.revealed);

      // The side panel: details, timeline with task and event, the row.
      await page.keyboard.press('t');
      const panel = page.getByRole('complementary', { name: words.reader.side });
      await expect(panel).toContainText('Search opened with the carrier');
      await expect(panel).toContainText('assigned');
      await see('timeline');
      await panel.getByRole('tab', { name: words.reader.sideTabs.raw }).click();
      await expect(panel).toContainText('conversation_id');

      // The link opens the same view in a window of its own, side panel and all.
      const other = await context.newPage();
      await other.goto(page.url());
      await expect(opened(other)).toContainText('zanzibar');
      await expect(other.getByRole('tab', { name: words.reader.sideTabs.raw })).toHaveAttribute('aria-selected', 'true');
      await expect(line(other, words)).toHaveValue('role:user zanzibar');
      await other.close();

      // Back and forward go through the views.
      const here = page.url();
      await search(page, words, 'coleta');
      await expect(list(page).locator('mark').first()).toHaveText(/coleta/i);
      await page.goBack();
      await expect(page).toHaveURL(here);
      await expect(line(page, words)).toHaveValue('role:user zanzibar');

      // What was revealed is exported as it is seen.
      expect(await exported(page, words, async () => undefined)).toContain(desk.email);

      // Statistics of what is searched for.
      await search(page, words, 'role:assistant');
      await page.getByRole('link', { name: words.reader.statistics }).click();
      await expect(page.getByRole('table', { name: words.stats.byRole })).toContainText(words.reader.roles.assistant);
      await expect(page.getByRole('table', { name: words.stats.byRole })).not.toContainText(words.reader.roles.user);
      await see('statistics');
      await page.getByRole('link', { name: words.libraries.title, exact: true }).first().click();
      await page.getByRole('grid', { name: words.libraries.list }).getByRole('row').nth(1).click();
      await see('libraries');
    });
  });
}

test('a thread of 20,000 messages is scrolled through both ways without losing or doubling one', async ({ page, program }) => {
  const words = wordsOf('en');
  const desk = makeSupportDesk(join(program.folder, 'desk.sqlite'));
  await signIn(page, program);
  await openDesk(page, words, join(program.folder, 'desk.sqlite'), () => Promise.resolve());
  await search(page, words, 'never');
  await page.getByRole('navigation', { name: words.reader.names }).getByRole('link').first().click();
  await expect(thread(page)).toContainText('(0)');
  // Both ends, and a day in the middle, without what lies between.
  await page.keyboard.press('Shift+G');
  await expect(thread(page)).toContainText(`(${desk.longThread - 1})`);
  await page.keyboard.press('d');
  await page.getByRole('dialog', { name: words.reader.jumpDate }).getByLabel(words.reader.jumpDate).fill('2025-03-27');
  await page.getByRole('dialog', { name: words.reader.jumpDate }).getByRole('button', { name: words.reader.jumpGo }).click();
  await expect(thread(page)).not.toContainText(`(${desk.longThread - 1})`);
  for (const direction of [1, -1] as const) {
    const walk = await walkThread(page, direction, 250);
    expect(walk.gaps, `direction ${direction}`).toEqual([]);
    expect(walk.seen).toBeGreaterThanOrEqual(250);
    expect(walk.most, 'articles in the document').toBeLessThan(60);
    expect(walk.jumped, 'what was in sight stayed where it was').toEqual([]);
  }
});

interface Walk {
  readonly seen: number;
  readonly most: number;
  /** Places where the numbers of the messages did not follow each other. */
  readonly gaps: string[];
  /** Messages that moved otherwise than the wheel moved them. */
  readonly jumped: string[];
}

/** Scrolls until so many messages were in sight; each is known by the number it ends with. */
function walkThread(page: Page, direction: 1 | -1, wanted: number): Promise<Walk> {
  return page.evaluate(async ([sign, goal]) => {
    const box = document.querySelector('[data-testid="thread"]');
    if (!box) throw new Error('no thread');
    const seen = new Set<number>();
    const gaps: string[] = [];
    const jumped: string[] = [];
    let most = 0;
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (let step = 0; step < 2000 && seen.size < goal; step += 1) {
      const edge = box.getBoundingClientRect().top;
      const before = [...box.querySelectorAll('article')].find((each) => each.getBoundingClientRect().top > edge + 120);
      const [was, at] = [before?.getBoundingClientRect().top ?? 0, box.scrollTop];
      box.scrollTop += sign * 240;
      const moved = box.scrollTop - at;
      await frame();
      // A page that comes in may swallow one step of the wheel; what is read moves no other way, and no further.
      const went = before?.isConnected ? was - before.getBoundingClientRect().top : 0;
      if (before && (went < Math.min(0, moved) - 3 || went > Math.max(0, moved) + 3)) jumped.push(`${before.getAttribute('data-message')}: ${Math.round(went)} for ${moved}`);
      const numbers = [...box.querySelectorAll('article')].map((each) => Number(/\((\d+)\)/.exec(each.textContent ?? '')?.[1])).toSorted((a, b) => a - b);
      most = Math.max(most, numbers.length);
      numbers.forEach((number, index) => index > 0 && number !== (numbers[index - 1] ?? 0) + 1 && gaps.push(`${numbers[index - 1]} → ${number}`));
      numbers.forEach((number) => seen.add(number));
    }
    const all = [...seen].toSorted((a, b) => a - b);
    all.forEach((number, index) => index > 0 && number !== (all[index - 1] ?? 0) + 1 && gaps.push(`all: ${all[index - 1]} → ${number}`));
    return { seen: seen.size, most, gaps, jumped };
  }, [direction, wanted] as const);
}

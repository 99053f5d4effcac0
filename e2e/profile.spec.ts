import type { Page } from '@playwright/test';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { look } from './support/look.ts';
import { expect, signIn, test } from './support/test.ts';
import { wordsOf } from './support/words.ts';

const passphrase = 'a long passphrase';
const rail = (page: Page, words: ReturnType<typeof wordsOf>) => page.getByRole('navigation', { name: words.shell.navigation });

for (const language of ['en', 'pt-BR'] as const) {
  test(`the support profile shows conversations and nothing else, until it is left (${language})`, async ({ page, program }) => {
    const words = wordsOf(language);
    await program.command('call', 'settings/set', '--input', JSON.stringify({ language, tourDone: true }));
    await signIn(page, program);
    await page.getByTestId('profile').click();
    const enter = page.getByRole('dialog', { name: words.profile.enterTitle });
    await enter.getByRole('button', { name: words.profile.enter }).click();
    await expect(enter.getByText(words.profile.passphraseShort)).toBeVisible();
    await enter.getByLabel(words.profile.passphrase, { exact: true }).fill(passphrase);
    await enter.getByLabel(words.profile.repeat).fill(passphrase);
    if (language === 'en') await look(page, 'profile-enter');
    await enter.getByRole('button', { name: words.profile.enter }).click();

    await expect(page.getByTestId('profile')).toHaveText(words.profile.support);
    await expect(rail(page, words).getByRole('link')).toHaveText([words.shell.conversations, words.shell.jobs, words.shell.settings]);
    for (const address of ['projects', 'connections?new=1', 'runs', 'audit', 'plans/1', 'assessments/1', 'welcome']) {
      await page.goto(`${program.url}#/${address}`);
      await expect(page.getByRole('heading', { name: words.profile.notHere })).toBeVisible();
    }
    await look(page, `profile-not-here-${language}`);
    await page.getByRole('link', { name: words.profile.toConversations }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await look(page, `profile-conversations-${language}`);
    await page.goto(`${program.url}#/settings`);
    await expect(page.getByText(words.settings.thresholds)).toHaveCount(0);
    await look(page, `profile-settings-${language}`);
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: words.shell.palette });
    await expect(palette.getByRole('option', { name: words.shell.newProject })).toHaveCount(0);
    await expect(palette.getByRole('option', { name: words.shell.toggleJobs })).toBeVisible();
    await page.keyboard.press('Escape');

    // The start page of somebody who comes back.
    await page.goto('about:blank');
    await page.goto(program.url);
    await expect(page).toHaveURL(/#\/conversations$/);

    await page.getByTestId('profile').click();
    const leave = page.getByRole('dialog', { name: words.profile.leaveTitle });
    await leave.getByLabel(words.profile.passphrase).fill('not the right one');
    await leave.getByRole('button', { name: words.profile.leave }).click();
    await expect(leave.getByRole('alert')).toContainText('WRONG_PASSPHRASE');
    if (language === 'pt-BR') await look(page, 'profile-leave-refused');
    await leave.getByLabel(words.profile.passphrase).fill(passphrase);
    await leave.getByRole('button', { name: words.profile.leave }).click();
    await expect(page.getByTestId('profile')).toHaveText(words.profile.dba);
    await expect(rail(page, words).getByRole('link', { name: words.shell.audit })).toBeVisible();
  });
}

test('the audit is filtered, checked, exported, and accepted after a damage', async ({ page, program }) => {
  const words = wordsOf('en');
  const { audit } = words;
  for (const theme of ['dark', 'light', 'system']) await program.command('call', 'settings/set', '--input', JSON.stringify({ theme, tourDone: true }));
  await signIn(page, program);
  await page.goto(`${program.url}#/audit`);
  const table = page.getByRole('table', { name: audit.title });
  await expect(table.getByText(audit.calls['settings/set'])).toHaveCount(3);
  await page.getByRole('button', { name: audit.check }).click();
  await expect(page.getByTestId('audit-check')).toContainText('3 lines were checked');
  await look(page, 'audit-intact');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: audit.export }).click();
  expect((await download).suggestedFilename()).toMatch(/^travessia-audit-.*\.ndjson$/);
  await page.getByLabel(audit.call).selectOption('audit/export');
  await expect(page).toHaveURL(/call=audit%2Fexport/);
  await expect(table.getByText(audit.calls['audit/export'])).toHaveCount(1);
  await expect(table.getByText(audit.calls['settings/set'])).toHaveCount(0);
  await page.getByRole('button', { name: audit.clear }).click();
  await page.getByLabel(audit.who).fill('nobody of this name');
  await expect(page.getByText(audit.noMatch)).toBeVisible();
  await page.getByRole('button', { name: audit.clear }).click();

  const store = new Database(join(program.folder, 'home', 'store.db'));
  store.exec("DROP TRIGGER audit_never_changes; UPDATE audit SET who = 'somebody else' WHERE seq = 2");
  store.close();
  await page.getByRole('button', { name: audit.check }).click();
  await expect(page.getByTestId('audit-check')).toContainText(`${audit.problems.changed} (from line 2 on)`);
  await look(page, 'audit-damaged');
  await page.getByRole('button', { name: audit.accept }).click();
  const accept = page.getByRole('dialog', { name: audit.acceptTitle });
  await accept.getByLabel(audit.reason).fill('looked into by the test');
  await accept.getByRole('button', { name: audit.accept }).click();
  await expect(page.getByTestId('audit-check')).toContainText('lines were checked');
  await expect(table.getByText(audit.calls['audit/anchor']).first()).toBeVisible();
});

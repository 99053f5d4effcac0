import type { Locator, Page } from '@playwright/test';
import { jobTime, main } from './support/guided.ts';
import { look } from './support/look.ts';
import { makeServerDesk } from './support/server-desk.ts';
import { slowHost } from './support/slow-host.ts';
import { expect, signIn, test } from './support/test.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');
const list = (page: Page): Locator => page.getByTestId('reader-list');
const dialog = (page: Page, title: string): Locator => page.getByRole('dialog', { name: like(title) });
const question = (page: Page, title: string): Locator => page.getByRole('alertdialog', { name: like(title) });
const code = (within: Page | Locator, name: string): Locator => within.getByRole('region', { name }).locator('.cm-content');

test.use({ locale: 'en' });

test('what a DBA does with conversations on a server: the index made and removed, a deletion taken back, a replica kept', async ({ page, program }) => {
  const desk = await makeServerDesk(program);
  await program.command('libraries', 'add', desk.source, '--name', 'Desk');
  const host = await slowHost(page);
  await signIn(page, program);
  await page.getByRole('navigation', { name: words.shell.navigation }).getByRole('link', { name: words.shell.conversations }).click();
  await page.getByRole('grid', { name: words.libraries.list }).getByRole('link', { name: 'Desk' }).click();

  // The index: offered, shown as SQL, approved, made.
  await page.getByRole('link', { name: words.reader.prepareIndex }).click();
  await expect(code(page, words.libraries.indexSql)).toContainText('CREATE SCHEMA IF NOT EXISTS "travessia_search"');
  await look(page, 'index-plan');
  await page.getByRole('button', { name: words.libraries.indexApprove }).click();
  const creating = question(page, words.libraries.indexConfirmTitle);
  await expect(creating.getByRole('button', { name: words.common.cancel })).toBeFocused();
  await creating.getByRole('button', { name: words.libraries.indexConfirm }).click();
  await expect(page.getByText(words.libraries.indexNone)).toBeVisible({ timeout: jobTime });
  await main(page).getByRole('link', { name: words.libraries.read, exact: true }).click();
  await page.getByRole('textbox', { name: words.reader.search }).fill('acao');
  await page.getByRole('textbox', { name: words.reader.search }).press('Enter');
  await expect(list(page).locator('mark').first()).toHaveText('ação');
  await page.getByRole('button', { name: words.reader.searchClear }).click();

  // A conversation is deleted: all that goes with it is counted first, and what is left says where the way back is.
  host.hold('conversations/get');
  await list(page).getByRole('link', { name: desk.newest }).click();
  await main(page).getByRole('button', { name: words.common.more }).first().click();
  // Nobody can delete what the page does not know yet.
  await expect(page.getByRole('menuitem', { name: words.changes.delete })).toBeDisabled();
  host.release();
  await page.getByRole('menuitem', { name: words.changes.delete }).click();
  const deleting = dialog(page, words.changes.titles.delete);
  await expect(deleting.getByRole('list', { name: words.changes.counts })).toHaveText(new RegExp(`conversations 1 row.*messages ${desk.messagesEach} rows.*tasks 1 row.*events 1 row`, 's'));
  await expect(code(deleting, words.changes.sql)).toContainText('travessia.kept');
  await look(page, 'delete');
  await page.keyboard.press('Escape');
  await expect(main(page).getByRole('button', { name: words.common.more }).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: words.changes.delete }).click();
  await deleting.getByRole('button', { name: words.changes.confirm.delete, exact: true }).click();
  const back = page.getByRole('link', { name: words.changes.toChanges });
  await expect(back).toBeFocused({ timeout: jobTime });
  await expect(list(page)).not.toContainText(desk.newest);
  await look(page, 'deleted');
  await page.keyboard.press('Enter');

  // Taken back from the kept rows.
  const kept = page.getByRole('table', { name: words.libraries.kept });
  await expect(kept).toContainText(words.changes.done.delete);
  await kept.getByRole('button', { name: words.libraries.undo }).click();
  const undoing = dialog(page, words.changes.titles.undo);
  await expect(undoing.getByRole('list', { name: words.changes.counts })).toContainText(`messages ${desk.messagesEach} rows`);
  await undoing.getByRole('button', { name: words.changes.confirm.undo, exact: true }).click();
  await expect(kept).toContainText(words.libraries.undone, { timeout: jobTime });
  await look(page, 'changes');
  await page.getByRole('link', { name: 'Desk', exact: true }).click();
  await expect(list(page).getByRole('link').first()).toContainText(desk.newest);

  // A replica of what a search finds; its key changed, and brought up to date by it.
  await page.getByRole('textbox', { name: words.reader.search }).fill('user:customer-3');
  await page.getByRole('textbox', { name: words.reader.search }).press('Enter');
  await list(page).getByRole('link').first().click();
  await main(page).getByRole('button', { name: words.common.more }).first().click();
  await page.getByRole('menuitem', { name: words.reader.makeReplica }).click();
  const making = dialog(page, words.replicas.create);
  await making.getByRole('radio', { name: words.replicas.found }).check({ force: true });
  await making.getByRole('button', { name: words.replicas.createDo }).click();
  const replicas = page.getByRole('table', { name: words.replicas.list });
  await expect(replicas).toContainText('Desk (offline)', { timeout: jobTime });
  await expect(replicas).toContainText(words.replicas.states.ready);
  await replicas.getByRole('button', { name: words.replicas.rekey }).click();
  const rekeying = question(page, words.replicas.rekeyTitle);
  await expect(rekeying).toContainText(words.replicas.rekeyText);
  await look(page, 'replica-rekey');
  await rekeying.getByRole('button', { name: words.replicas.rekeyDo }).click();
  await expect(rekeying).toHaveCount(0);
  await expect(replicas.getByRole('button', { name: words.replicas.refresh })).toBeEnabled({ timeout: jobTime });
  await replicas.getByRole('button', { name: words.replicas.refresh }).click();
  await expect(replicas).toContainText(words.replicas.states.refreshing);
  await expect(replicas).toContainText(words.replicas.states.ready, { timeout: jobTime });
  await look(page, 'replicas');

  // Read with its server stopped: the age in sight, the server asked for in vain.
  await program.command('server', 'stop', 'main');
  await replicas.getByRole('link', { name: words.replicas.read, exact: true }).click();
  await list(page).getByRole('link').first().click();
  await expect(page.getByTestId('thread')).toContainText('The refund has not arrived.');
  await expect(page.getByTestId('freshness')).toContainText(words.reader.offline.split('{{')[0] ?? '');

  // The index is taken away again by what is shown; its library goes on being read, and starts its server for that.
  await page.getByRole('link', { name: words.libraries.title, exact: true }).first().click();
  await page.getByRole('grid', { name: words.libraries.list }).getByRole('row').filter({ hasText: desk.source }).click();
  await page.getByRole('link', { name: words.libraries.index }).click();
  const remove = page.getByRole('button', { name: words.libraries.indexRemove });
  const again = page.getByRole('button', { name: words.common.retry });
  await expect(remove.or(again).first()).toBeVisible({ timeout: jobTime });
  if (await again.isVisible()) await again.click();
  await remove.click();
  await expect(code(page, words.libraries.indexSql)).toContainText('DROP TRIGGER');
  await look(page, 'index-remove');
  await page.getByRole('button', { name: words.libraries.indexDropApprove }).click();
  await question(page, words.libraries.indexDropConfirmTitle).getByRole('button', { name: words.libraries.indexDropConfirm }).click();
  await expect(page.getByText(words.libraries.indexDropNone)).toBeVisible({ timeout: jobTime });
});

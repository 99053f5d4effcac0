import type { Page } from '@playwright/test';
import { join } from 'node:path';
import { look } from './support/look.ts';
import { makeShop } from './support/shop.ts';
import { expect, signIn, test } from './support/test.ts';
import { openTunnel } from './support/tunnel.ts';
import { like, wordsOf } from './support/words.ts';

const words = wordsOf('en');
const { connections } = words;
const rail = (page: Page) => page.getByRole('navigation', { name: words.shell.navigation });
const link = (page: Page) => page.getByTestId('link-state');

test('a connection is added, refused with a wrong password, edited, removed', async ({ page, program }) => {
  await program.command('server', 'start');
  const server = new URL((await program.command('server', 'url')).trim());
  const password = decodeURIComponent(server.password);
  server.password = '';
  await signIn(page, program);
  await rail(page).getByRole('link', { name: words.shell.connections, exact: true }).click();
  await expect(page.getByRole('main').getByText(connections.empty)).toBeVisible();
  await look(page, 'connections-empty');

  await page.getByRole('button', { name: connections.add }).first().click();
  const sheet = page.getByRole('dialog', { name: connections.addTitle });
  await sheet.getByRole('button', { name: words.common.save }).click();
  await expect(sheet.getByText(connections.nameNeeded)).toBeVisible();
  await expect(sheet.getByText(connections.locationNeeded)).toBeVisible();
  await sheet.getByLabel(words.common.name).fill('Warehouse');
  await sheet.getByLabel(connections.url).fill('postgres://someone:secret@127.0.0.1/db');
  await expect(sheet.getByText(connections.passwordInUrl)).toBeVisible();
  await sheet.getByLabel(connections.url).fill(server.toString());
  await sheet.getByLabel(connections.password, { exact: true }).fill('not the password');
  await sheet.getByLabel(connections.environment).selectOption('production');
  await sheet.getByLabel(connections.folder).fill('Shop');
  await sheet.getByRole('button', { name: connections.test }).click();
  const refusal = sheet.getByRole('alert');
  await expect(refusal).toContainText(connections.testFailed);
  await expect(refusal).toContainText('AUTH_FAILED');
  await expect(refusal.locator('p')).toHaveCount(4);
  await look(page, 'connection-refused');
  await sheet.getByLabel(connections.password, { exact: true }).fill(password);
  await sheet.getByRole('button', { name: connections.test }).click();
  await expect(sheet.getByRole('status')).toContainText(/^Answers: .*PostgreSQL|^Answers: \d/);
  await look(page, 'connection-tested');
  await sheet.getByRole('button', { name: words.common.save }).click();

  await expect(sheet).toHaveCount(0);
  await expect(page.getByTestId('production-band')).toBeVisible();
  await expect(rail(page)).toContainText('Shop');
  const details = page.getByRole('complementary');
  await details.getByRole('button', { name: connections.test }).click();
  await expect(details.getByRole('status')).toContainText('Answers');
  await look(page, 'connection-details');
  await details.getByRole('button', { name: words.common.edit }).click();
  const editing = page.getByRole('dialog', { name: like(connections.editTitle) });
  await expect(editing.getByText(connections.passwordKept)).toBeVisible();
  await expect(editing.getByLabel(connections.password, { exact: true })).toHaveValue('');
  await editing.getByLabel(words.common.name).fill('Warehouse, read');
  await editing.getByLabel(connections.environment).selectOption('staging');
  await editing.getByLabel(connections.readOnly).check();
  await editing.getByRole('button', { name: words.common.save }).click();
  await expect(page.getByRole('heading', { name: 'Warehouse, read', level: 1 })).toBeVisible();
  await expect(page.getByTestId('production-band')).toHaveCount(0);
  await details.getByRole('button', { name: connections.test }).click();
  await expect(details.getByRole('status')).toContainText(connections.details['read-only']);

  await details.getByRole('button', { name: words.common.remove }).click();
  const asking = page.getByRole('alertdialog');
  await expect(asking.getByRole('button', { name: words.common.cancel })).toBeFocused();
  await asking.getByRole('button', { name: words.common.remove }).click();
  await expect(page.getByRole('main').getByText(connections.empty)).toBeVisible();
});

test('settings change the console at once and stay', async ({ page, program }) => {
  await signIn(page, program);
  await rail(page).getByRole('link', { name: words.shell.settings }).click();
  const html = page.locator('html');
  const choose = (name: string) => page.getByRole('radio', { name, exact: true }).check({ force: true });
  await choose('Dark');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await choose('Light');
  await expect(html).toHaveAttribute('data-theme', 'light');
  await choose('Dense');
  await expect(html).toHaveAttribute('data-density', 'dense');
  await choose('Português (Brasil)');
  await expect(page.getByRole('heading', { name: 'Configurações', level: 1 })).toBeVisible();
  await expect(rail(page)).toHaveCount(0);
  await expect(page.getByRole('navigation', { name: wordsOf('pt-BR').shell.navigation }).getByRole('link', { name: 'Conexões' })).toBeVisible();
  // They are saved one after the other, and shown before that.
  await expect.poll(() => program.command('call', 'settings/get')).toContain('"pt-BR"');
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Configurações', level: 1 })).toBeVisible();
  await expect(html).toHaveAttribute('data-theme', 'light');
  await expect(html).toHaveAttribute('data-density', 'dense');
});

test('with the keyboard alone: palette, a new connection, the list', async ({ page, program }) => {
  const file = join(program.folder, 'shop.sqlite');
  makeShop(file);
  await signIn(page, program);
  await expect(link(page)).toHaveText(words.shell.linkConnected);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: words.shell.skip })).toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: words.shell.palette })).toBeVisible();
  await look(page, 'palette');
  await page.keyboard.type('add a conn');
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: connections.addTitle });
  await expect(sheet.getByLabel(words.common.name)).toBeFocused();
  await page.keyboard.type('Shop file');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await expect(sheet.getByRole('radio', { name: connections.kinds.sqlite })).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(sheet.getByLabel(connections.path)).toBeFocused();
  await page.keyboard.type(file);
  await look(page, 'connection-new');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Shop file', level: 1 })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('go to jobs');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: words.jobs.title, level: 1 })).toBeVisible();
  await page.keyboard.press('Control+j');
  await expect(page.getByRole('button', { name: words.jobs.collapse })).toBeVisible();
  await page.keyboard.press('Control+j');
  await expect(page.getByRole('button', { name: words.jobs.expand })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark theme');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.keyboard.press('Control+k');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a lost connection to the host is said, and mends by itself', async ({ page, program, messages }) => {
  const tunnel = await openTunnel(program.url);
  try {
    await signIn(page, program, tunnel.url);
    await expect(link(page)).toHaveText(words.shell.linkConnected);
    messages.allow(/ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/);
    await tunnel.cut();
    await expect(link(page)).toHaveText(words.shell.linkLost);
    await look(page, 'link-lost');
    // Asked while nobody answers: it waits for the next link.
    await rail(page).getByRole('link', { name: words.shell.audit }).click();
    await tunnel.mend();
    await expect(link(page)).toHaveText(words.shell.linkConnected);
    await expect(page.getByRole('table', { name: words.audit.title }).getByRole('row').nth(1)).toContainText(words.audit.calls['settings/set']);
  } finally {
    await tunnel.close();
  }
});

test('after the host was started again a new code is asked for, and nothing is lost', async ({ page, program, messages }) => {
  await signIn(page, program);
  await expect(link(page)).toHaveText(words.shell.linkConnected);
  await page.getByRole('link', { name: words.welcome.skip }).click();
  messages.allow(/ERR_CONNECTION_(REFUSED|RESET)|401 \(Unauthorized\)/);
  await program.kill();
  await expect(link(page)).toHaveText(words.shell.linkLost);
  await program.restart();
  await expect(page.getByRole('heading', { name: 'Sign in to Travessia' })).toBeVisible();
  await page.getByLabel('One-time code').fill('0000-0000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('not valid');
  await signIn(page, program);
  await expect(page.getByRole('heading', { name: words.projects.title, level: 1 })).toBeVisible();
  expect(program.output()).not.toContain('Error');
});

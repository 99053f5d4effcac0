import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../test-results/screens/', import.meta.url));
const small = { width: 1280, height: 800 };
const large = { width: 1920, height: 1080 };
const schemes = ['light', 'dark'] as const;

/**
 * Looks at what the page shows: axe in light and dark, and with TRAVESSIA_SCREENS=1 pictures in both at both sizes (test-results/screens),
 * for people to look at. The settings must leave the theme to the system. Everything on the screen must have been loaded by then, or the
 * picture shows a skeleton.
 */
export async function look(page: Page, name: string): Promise<void> {
  await expect(page.getByText(/^(Loading…|Carregando…)$/)).toHaveCount(0);
  // Pictures first: axe scrolls what it measures.
  if (process.env['TRAVESSIA_SCREENS'] === '1') await pictures(page, name);
  // Colours are those of English, where they were looked at in both.
  const isEnglish = (await page.locator('html').getAttribute('lang')) === 'en';
  for (const scheme of isEnglish ? schemes.toReversed() : (['light'] as const)) {
    await wear(page, scheme);
    // Soft: one screen's violation must not hide the next one's.
    expect.soft(await violations(page, scheme), `${name}, ${scheme}: axe`).toEqual([]);
  }
}

async function pictures(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const scheme of schemes) {
    await wear(page, scheme);
    await picture(page, `${name}-${scheme}-1280`);
  }
  await page.setViewportSize(large);
  for (const scheme of schemes.toReversed()) {
    await wear(page, scheme);
    await picture(page, `${name}-${scheme}-1920`);
  }
  await page.setViewportSize(small);
}

/** The picture of the console in the documentation; drawn anew only where TRAVESSIA_PICTURE=1 asks for it. */
export async function drawForDocs(page: Page): Promise<void> {
  if (process.env['TRAVESSIA_PICTURE'] !== '1') return;
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.screenshot({ path: fileURLToPath(new URL('../../docs/images/console.png', import.meta.url)), animations: 'disabled' });
  await page.setViewportSize(small);
}

export async function wear(page: Page, scheme: (typeof schemes)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
  const theme = page.locator('html[data-theme]');
  if ((await theme.count()) > 0) await expect(theme).toHaveAttribute('data-theme', scheme);
}

/** Each broken rule with the elements that break it, short enough to read in a report. */
async function violations(page: Page, scheme: (typeof schemes)[number]): Promise<string[]> {
  // Without the legacy mode a second page is opened for each look; there are no frames here that would need one.
  // It is half a megabyte, and taking it in twice for each look took longer than looking: it stays as long as the document does.
  const isThere = await page.evaluate(() => 'axe' in window);
  const axe = new AxeBuilder({ page, ...(isThere ? { axeSource: 'void axe;' } : {}) }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  // Colours are all that the second theme changes.
  if (scheme === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
  const result = await axe.analyze();
  return result.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n').at(1)?.trim() ?? rule.help}`));
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}${name}.jpg`, type: 'jpeg', quality: 85, animations: 'disabled', caret: 'hide' });
}

import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { wear } from './look.ts';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../test-results/screens/', import.meta.url));

/** What is left of 1280 by 800 at a zoom of 200 %, and the width of WCAG 1.4.10 (1280 at 400 %). */
export const windows = { zoomed: { width: 640, height: 400 }, narrow: { width: 320, height: 640 } } as const;

/**
 * Everything that can be pressed or filled in can be brought into the window whole, and nothing lies over it; the page itself never scrolls
 * sideways. With TRAVESSIA_SCREENS=1 pictures too, in light and dark.
 */
export async function fits(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of Object.entries(windows)) {
    await page.setViewportSize(viewport);
    await page.evaluate(() => document.getElementById('content')?.parentElement?.scrollTo(0, 0));
    if (process.env['TRAVESSIA_SCREENS'] === '1') {
      mkdirSync(folder, { recursive: true });
      for (const scheme of size === 'zoomed' ? (['dark', 'light'] as const) : (['light'] as const)) {
        await wear(page, scheme);
        await page.screenshot({ path: `${folder}${name}-${scheme}-${viewport.width}.jpg`, type: 'jpeg', quality: 85, animations: 'disabled', caret: 'hide' });
      }
    }
    expect.soft(await page.evaluate(outOfReach), `${name}, ${viewport.width} by ${viewport.height}: out of reach`).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** In the page: what can be used and cannot be brought into sight, or is covered there; each in a few words. */
function outOfReach(): string[] {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) found.push(`page of ${root.scrollWidth} by ${root.scrollHeight}`);
  const nameOf = (element: Element): string => `${element.tagName.toLowerCase()} ${element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 40) ?? ''}`;
  // Beneath a dialog nothing can be used.
  const on: ParentNode = [...document.querySelectorAll('[role="dialog"], [role="alertdialog"]')].at(-1) ?? document;
  for (const element of on.querySelectorAll('a[href], button, input, select, textarea, summary, [role="grid"], [role="table"], [role="row"], h1, h2')) {
    // What is only there for screen readers, or for the keyboard as a label's own box, has no size of its own.
    const size = element.getBoundingClientRect();
    if (!element.checkVisibility({ visibilityProperty: true }) || size.width <= 2 || size.height <= 2 || element.closest('.sr-only') !== null) continue;
    if (element.matches('input[type="radio"], input[type="checkbox"]') && element.closest('label') !== null) continue;
    element.scrollIntoView({ block: 'center', inline: 'nearest' });
    const box = element.getBoundingClientRect();
    const isLong = element.matches('[role="grid"], [role="table"], [role="row"]');
    if (!isLong && (box.left < -1 || box.right > window.innerWidth + 1)) found.push(`${nameOf(element)}: from ${Math.round(box.left)} to ${Math.round(box.right)} of ${window.innerWidth}`);
    if (element.matches('[role="grid"], [role="table"]') && (box.height < 60 || box.width < 150)) found.push(`${nameOf(element)}: ${Math.round(box.width)} by ${Math.round(box.height)}`);
    if (isLong) continue;
    for (const [x, y] of [[Math.min(box.width / 2, 10), Math.min(box.height / 2, 10)], [box.width / 2, box.height / 2], [box.width / 2, box.height - 3]] as const) {
      const at = document.elementFromPoint(Math.max(box.left, 0) + x, box.top + y);
      const covers = at === null || !(element.contains(at) || at.contains(element) || (at.closest('label')?.contains(element) ?? false));
      if (covers) found.push(`${nameOf(element)}: covered by ${at === null ? 'nothing: outside' : nameOf(at)}`);
    }
  }
  return found;
}

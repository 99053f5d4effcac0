import type { Locator, Page } from '@playwright/test';
import { expect } from './test.ts';
import type { Words } from './words.ts';
import { like } from './words.ts';

/** A job on two busy cores. */
export const jobTime = 120_000;

export const step = (page: Page, name: string): Locator => page.getByTestId(`step-${name}`);
export const main = (page: Page): Locator => page.getByRole('main');
export const tab = (page: Page, tabs: string, name: string): Locator => page.getByRole('navigation', { name: tabs }).getByRole('link', { name });

/** From any screen: a project of these sources into the embedded server, made through the form. */
export async function newProject(page: Page, words: Words, name: string, sources: readonly string[]): Promise<void> {
  await page.getByRole('navigation', { name: words.shell.navigation }).getByRole('link', { name: words.shell.projects, exact: true }).click();
  await page.getByRole('link', { name: words.projects.new }).or(page.getByRole('button', { name: words.projects.new })).first().click();
  const sheet = page.getByRole('dialog', { name: words.projects.newTitle });
  await sheet.getByLabel(words.projects.name, { exact: true }).fill(name);
  const path = sheet.getByLabel(words.projects.addPath);
  for (const source of sources) {
    await path.fill(source);
    await path.press('Enter');
  }
  await sheet.getByRole('button', { name: words.projects.create }).click();
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

/** On the project's screen: every source assessed. */
export async function assess(page: Page, words: Words, status: 'done' | 'trouble' = 'done'): Promise<void> {
  await step(page, 'assess').getByRole('button', { name: words.projects.assess, exact: true }).click();
  // Small files may be assessed between two looks.
  const ended = page.locator(`[data-testid="step-assess"][data-status="${status}"]`);
  await expect(page.getByTestId('project-job').or(ended).first()).toBeVisible();
  await expect(page.getByTestId('project-job')).toHaveCount(0, { timeout: jobTime });
  await expect(step(page, 'assess')).toHaveAttribute('data-status', status);
}

/** On the project's screen: makes the plan and shows it. */
export async function makePlan(page: Page, words: Words): Promise<void> {
  await step(page, 'plan').getByRole('button', { name: words.projects.makePlan }).click();
  await expect(page.getByLabel(words.plan.versionShown)).toHaveValue('1');
}

/** On the project's screen: migrates, and opens the run with its result. */
export async function migrate(page: Page, words: Words): Promise<void> {
  await step(page, 'migrate').getByRole('button', { name: words.projects.migrate }).click();
  await page.getByRole('dialog', { name: like(words.projects.confirmTitle) }).getByRole('button', { name: words.projects.start }).click();
  await expect(step(page, 'verify')).toHaveAttribute('data-status', 'done', { timeout: jobTime });
  await expect(page.getByTestId('project-job')).toHaveCount(0);
  await page.getByRole('link', { name: words.projects.openRun }).click();
  await expect(page.getByTestId('run-status')).toHaveAttribute('data-status', 'verified');
}

import { test as base, expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';

/** What the browser said while a test ran; anything not allowed fails it. */
export interface Messages {
  /** From now on messages of this form are expected, as when a test takes the host away. */
  allow(form: RegExp): void;
}

interface Fixtures {
  readonly program: Program;
  readonly messages: Messages;
}

/** A test with a console of its own, whose page may not leave a message in the browser's console. */
export const test = base.extend<Fixtures>({
  program: async ({ browserName: _ }, provide, info) => {
    const program = await startProgram();
    await provide(program);
    if (info.status !== info.expectedStatus) await info.attach('program output', { body: program.output(), contentType: 'text/plain' });
    await program.stop();
  },
  messages: [
    // Named before the console ends: a host that goes leaves a message of its own.
    async ({ page, program: _ }, provide) => {
      const said: string[] = [];
      const allowed: RegExp[] = [];
      const say = (text: string): void => {
        if (!allowed.some((form) => form.test(text))) said.push(text);
      };
      page.on('console', (message) => say(`${message.type()}: ${message.text()} (${message.location().url})`));
      page.on('pageerror', (error) => say(`error: ${error.stack ?? error.message}`));
      page.on('dialog', (dialog) => say(`dialog: ${dialog.message()}`));
      await provide({ allow: (form) => allowed.push(form) });
      expect(said, "messages in the browser's console").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Signs in with the one-time code of the terminal, as a person does. */
export async function signIn(page: Page, program: Program, address = program.url): Promise<void> {
  await page.goto(address);
  await page.getByRole('textbox').fill(program.code());
  await page.getByRole('textbox').press('Enter');
  await page.waitForURL((url) => url.hash !== '');
}

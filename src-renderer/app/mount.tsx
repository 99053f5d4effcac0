import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { Tooltip } from 'radix-ui';
import { createI18n, languageOf } from '../i18n/i18n.ts';
import type { ConsoleClient } from '../stores/client.ts';
import { createConsole } from '../stores/console.ts';
import { ConsoleContext } from '../stores/hooks.tsx';
import { App } from './app.tsx';
import { publishNonce } from './nonce.ts';

/** Null where the browser keeps nothing for the console. */
function ownStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Draws the console into an element; the client says which core it speaks to. */
export function mountApp(element: HTMLElement, client: ConsoleClient): void {
  publishNonce();
  const console = createConsole(client, Date.now, ownStorage());
  const i18n = createI18n(languageOf('system', navigator.language));
  void console.refresh();
  createRoot(element).render(
    <ConsoleContext value={console}>
      <I18nextProvider i18n={i18n}>
        <Tooltip.Provider delayDuration={350}>
          <App />
        </Tooltip.Provider>
      </I18nextProvider>
    </ConsoleContext>,
  );
}

import { app, nativeTheme } from 'electron';
import { settingsSchema } from '../../../shared/model/settings.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { desktopTexts } from './texts.ts';
import type { DesktopLanguage, DesktopTexts } from './texts.ts';

export interface Appearance {
  /** Texts in the language chosen, or the system's. */
  texts(): DesktopTexts;
  /** Follows the settings from now on; `onChange` is called at once and after every change of the language. */
  follow(dispatcher: Dispatcher, onChange: () => void): Promise<() => void>;
}

function systemLanguage(): DesktopLanguage {
  return app.getLocale().toLowerCase().startsWith('pt') ? 'pt-BR' : 'en';
}

/** Language and theme outside the page: menus, messages, the window's frame. */
export function createAppearance(): Appearance {
  let language = systemLanguage();
  async function read(dispatcher: Dispatcher): Promise<void> {
    const reply = await dispatcher.call('settings/get', {}, { who: 'electron' });
    const settings = reply.ok ? settingsSchema.safeParse(reply.value) : null;
    if (settings?.success !== true) return;
    language = settings.data.language === 'system' ? systemLanguage() : settings.data.language;
    nativeTheme.themeSource = settings.data.theme;
  }
  return {
    texts: () => desktopTexts[language],
    async follow(dispatcher, onChange) {
      const refresh = async (): Promise<void> => {
        await read(dispatcher);
        onChange();
      };
      const stop = dispatcher.onEvent((event) => {
        if (event.type === 'changed' && event.noun === 'settings') void refresh();
      });
      await refresh();
      return stop;
    },
  };
}

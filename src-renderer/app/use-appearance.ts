import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { languageOf } from '../i18n/i18n.ts';
import { useShell } from '../stores/hooks.tsx';

const darkQuery = '(prefers-color-scheme: dark)';

function subscribe(changed: () => void): () => void {
  const query = window.matchMedia(darkQuery);
  query.addEventListener('change', changed);
  return () => query.removeEventListener('change', changed);
}

/** The theme shown, with `system` resolved. */
export function useTheme(): 'light' | 'dark' {
  const setting = useShell((state) => state.settings?.theme ?? 'system');
  const system = useSyncExternalStore(subscribe, () => (window.matchMedia(darkQuery).matches ? 'dark' : 'light'));
  return setting === 'system' ? system : setting;
}

/** Writes theme, density and language to the document as the settings say, at once. */
export function useAppearance(): void {
  const { i18n } = useTranslation();
  const theme = useTheme();
  const density = useShell((state) => state.settings?.density ?? 'comfortable');
  const setting = useShell((state) => state.settings?.language ?? 'system');
  const language = languageOf(setting, navigator.language);
  // Before the effects of what is drawn: the plot reads its colours from the document when the theme changes.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    document.documentElement.dataset['density'] = density;
  }, [theme, density]);
  useEffect(() => {
    document.documentElement.lang = language;
    if (i18n.language !== language) void i18n.changeLanguage(language);
  }, [i18n, language]);
}

import type { Language } from '../../../shared/pure/texts/index.ts';

export const languages = ['en', 'pt-BR'] as const satisfies readonly Language[];

/**
 * The language that a person's environment asks for. The first of the variables that says anything counts (POSIX.1-2017, Base Definitions,
 * 8.2); one that asks for a language the program has not, gets English.
 */
export function languageOfEnvironment(env: Readonly<Record<string, string | undefined>>): Language {
  const said = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return said !== undefined && /^pt(?:[_.@-]|$)/i.test(said) ? 'pt-BR' : 'en';
}

import { retellDetail, retellError } from '../../../shared/pure/texts/retell.ts';
import { describe, type Language } from '../../../shared/pure/texts/index.ts';

/** Words, numbers and moments of one language. */
export interface Words {
  readonly language: Language;
  /** The text `evidence.<code>`. */
  say(code: string, params?: Readonly<Record<string, string>>): string;
  /** Any other text of the program. */
  text(code: string, params?: Readonly<Record<string, string>>): string;
  /** What an error said. */
  error(message: string): string;
  /** What the verification found at an object. */
  detail(text: string): string;
  number(value: number | string): string;
  seconds(value: number): string;
  moment(iso: string): string;
}

export function wordsOf(language: Language): Words {
  const integers = new Intl.NumberFormat(language);
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const moments = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  const error = (message: string): string => retellError(message, 'message', language) ?? message;
  return {
    language,
    say: (code, params) => describe(`evidence.${code}`, params, language),
    text: (code, params) => describe(code, params?.['message'] === undefined ? params : { ...params, message: error(params['message']) }, language),
    error,
    detail: (text) => retellDetail(text, language) ?? text,
    number: (value) => integers.format(typeof value === 'string' ? BigInt(value) : value),
    seconds: (value) => `${tenths.format(value)} s`,
    moment: (iso) => (Number.isNaN(Date.parse(iso)) ? iso : `${moments.format(new Date(iso))} UTC`),
  };
}

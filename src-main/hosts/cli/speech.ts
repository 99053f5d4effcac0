import { contract, type CallName } from '../../../shared/contract/contract.ts';
import type { RunResult } from '../../../shared/model/run.ts';
import { describe, fillText, type Language } from '../../../shared/pure/texts/index.ts';
import { retell, retellDetail, retellError } from '../../../shared/pure/texts/retell.ts';
import { callTexts, phases, placeholders, sentences, type Sentence } from './texts/index.ts';

/** A finding, a reason or a line of a log, as the core gives it. */
interface Coded {
  readonly code: string;
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly count?: string | undefined;
}

type ObjectOutcome = RunResult['objects'][number]['outcome'];

interface Failure {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** All that a command prints for people goes through here, to be said in their language. What scripts read (JSON, SQL, codes, names) does not. */
export interface Speech {
  readonly language: Language;
  /** A sentence, a heading or a word of the command line's own, named by its English. */
  say(sentence: Sentence, params?: Readonly<Record<string, string | number>>): string;
  /** The sentence of a code of the core. */
  coded(coded: Coded): string;
  /** An English sentence of the core whose code starts with `prefix`; one that is none of them (a server's own, SQL) stays as it is. */
  told(sentence: string, prefix: string): string;
  /** What an error says and advises. */
  failure(failure: Failure): Failure;
  /** What a comparison found at an object. */
  detail(detail: string): string;
  /** The kind of an object of a database: index, foreign key. */
  kind(kind: string): string;
  /** What became of such an object: created, translated, listed. */
  outcome(outcome: ObjectOutcome): string;
  /** The phase of a job. */
  phase(phase: string): string;
  /** What a call of the contract does. */
  call(name: CallName): string;
  /** Words that stand for a value in usages: FILE, LIBRARY. */
  usage(usage: string): string;
  /** A whole number in groups of three, exact also beyond 2^53. */
  count(value: number | string): string;
  /** A number with so many decimals. */
  number(value: number, decimals: number): string;
  /** A size in binary units, as options take it. */
  bytes(value: number): string;
  /** Aligned columns; numbers to the right. */
  table(headings: readonly Sentence[], rows: readonly (readonly (string | number)[])[]): string;
}

/** Parameters that count something wherever they stand. */
const amounts = new Set(['rows', 'pages', 'misfits', 'backslashes', 'count', 'tables', 'loaded', 'rejected', 'cells', 'differences', 'quarantined', 'nulled', 'created', 'conversations', 'messages']);

export function speechOf(language: Language): Speech {
  const isEnglish = language === 'en';
  const say: Speech['say'] = (sentence, params = {}) => fillText(isEnglish ? sentence : sentences[sentence], Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])));
  const count: Speech['count'] = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, isEnglish ? ',' : '.');
  const number: Speech['number'] = (value, decimals) => (isEnglish ? value.toFixed(decimals) : value.toFixed(decimals).replace('.', ',').replace(/\B(?=(\d{3})+(?!\d))(?<!,\d*)/g, '.'));
  /** A word that the evidence has, too; English has the core's own. */
  const named = (family: string, word: string): string => {
    const code = `evidence.${family}.${word}`;
    const name = isEnglish ? code : describe(code, {}, language);
    return name === code ? word : name;
  };
  const kind: Speech['kind'] = (of) => named('kind', of);
  const params = (given: Readonly<Record<string, string>>): Record<string, string> => Object.fromEntries(Object.entries(given).map(([name, value]) => {
    if (amounts.has(name) && /^\d+$/.test(value)) return [name, count(value)];
    if (isEnglish) return [name, value];
    if (name === 'kind' || name === 'choice') return [name, named(name, value)];
    if (name === 'message') return [name, retellError(value, 'message', language) ?? value];
    // Seconds and sizes come with their point.
    return [name, (name === 'seconds' ? /^\d+\.\d+$/ : /^\d+\.\d+ [KMGTP]?B$/).test(value) ? value.replace('.', ',') : value];
  }));
  return {
    language, say, count, number, kind,
    coded: (coded) => describe(coded.code, params({ ...(coded.count === undefined ? {} : { count: coded.count }), ...coded.params }), language),
    told: (sentence, prefix) => retell(sentence, prefix, language) ?? sentence,
    failure: ({ message, hint }) => ({ message: retellError(message, 'message', language) ?? systemMessage(message, language), ...(hint === undefined ? {} : { hint: retell(hint, 'error.advice.', language) ?? retellError(hint, 'hint', language) ?? hint }) }),
    outcome: (outcome) => named('outcome', outcome),
    detail: (detail) => retellDetail(detail, language) ?? detail,
    phase: (phase) => (isEnglish ? phase : phases[phase] ?? phase),
    call: (name) => (isEnglish ? contract[name].summary : callTexts[name]),
    usage: (usage) => (isEnglish ? usage : usage.replaceAll(/\b[A-Z]+\b/g, (word) => placeholders[word] ?? word)),
    bytes(value) {
      const units = ['B', 'KB', 'MB', 'GB', 'TB'];
      let size = value;
      let unit = 0;
      while (size >= 1024 && unit < units.length - 1) {
        size /= 1024;
        unit += 1;
      }
      return `${number(size, unit === 0 ? 0 : 1)} ${units[unit]}`;
    },
    table: (headings, rows) => aligned(headings.map((heading) => say(heading)), rows.map((row) => row.map(String))),
  };
}

/** What a server or the system says, behind what was being done: `Connecting to db:5432: …`. Its own words stay as they are. */
function systemMessage(message: string, language: Language): string {
  for (let at = message.indexOf(': '); at !== -1; at = message.indexOf(': ', at + 1)) {
    const doing = retell(message.slice(0, at), 'error.part.', language);
    if (doing !== null) return `${doing}${message.slice(at)}`;
  }
  return message;
}

/** An error as it stands on standard error: its code, which scripts and guides name, what happened, and what to do. */
export function failureText(speech: Speech, reply: Failure & { readonly code: string }): string {
  const { message, hint } = speech.failure(reply);
  return `${reply.code}: ${message}${hint === undefined ? '' : `\n${hint}`}`;
}

function aligned(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const texts = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...texts.map((row) => (row[column] ?? '').length)));
  const isNumber = headings.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d.,]+( \w+)?$/.test(row[column] ?? '')));
  return texts
    .map((row) => row.map((cell, column) => (isNumber[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd())
    .join('\n');
}

/** The words of a query as PostgreSQL's tsquery, asked in each configuration. */
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { foldText, isStopWord, portugueseForms, wordsOf } from '../../../../shared/pure/conversation-words/index.ts';
import type { QueryPort } from '../ports.ts';
import { foldSql, searchSchema } from './index-names.ts';
import { beginningQuery } from './prefix-lexemes.ts';
import { clean, Values } from './values.ts';

type Term = Query['terms'][number];
export const configurations = ['en', 'pt', 'simple'] as const;
type Configuration = (typeof configurations)[number];

/** tsqueries as text; empty where nothing is asked in that configuration. */
export interface SearchWords {
  readonly wanted: Readonly<Record<Configuration, string>>;
  readonly unwanted: Readonly<Record<Configuration, string>>;
  /** Words are wanted at all. */
  readonly asks: boolean;
  /** Words are wanted, but none that any text could hold. */
  readonly impossible: boolean;
  /** One of them is a beginning: the index gathers all words that begin so, anew for each statement. */
  readonly prefix: boolean;
  /** How a word must begin, folded, one for each prefix asked for: the index knows stems, and `maria*` has the stem of `marcado`. */
  readonly beginnings: readonly string[];
  /** How none may begin. */
  readonly notBeginnings: readonly string[];
}

/** Words longer than this are in no index (manual 12.11: 2 KB, here in characters of up to four bytes). */
const longestWord = 500;

export function configurationSql(name: Configuration): string {
  return `'${searchSchema}.travessia_${name}'::regconfig`;
}

/** A term's tsquery in one configuration, as SQL. Texts are parameters; operators inside them are words like any other. */
function termSql(term: Term, configuration: Configuration, values: Values, fold: (sql: string) => string): string {
  const text = clean(term.text);
  const of = (name: string, value: string): string => `${name}(${configurationSql(configuration)}, ${fold(`${values.add(value)}::text`)})`;
  const words = wordsOf(text);
  const [beginning = ''] = words;
  // What is left out must be so surely: a word that only shares its stem stays, and the texts say the rest.
  const exact = term.kind === 'prefix' && words.length === 1 && foldText(text) === beginning ? beginningQuery(beginning, term.not ? 'simple' : configuration) : null;
  if (exact !== null) return `(${values.add(exact)}::tsquery)`;
  if (term.kind === 'prefix' && words.length > 0) return `to_tsquery(${configurationSql(configuration)}, ${fold(`${values.add(`'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}':*`)}::text`)})`;
  const forms = term.kind === 'word' && configuration === 'pt' && words.length === 1 ? portugueseForms(foldText(text)) : [text];
  return `(${forms.map((form) => of('phraseto_tsquery', form)).join(' || ')})`;
}

/** Terms of a query that are asked: among others, a stop word alone says nothing (search-cases.ts). */
export function tellingTerms(terms: readonly Term[]): readonly Term[] {
  const says = (term: Term): boolean => term.kind !== 'word' || wordsOf(term.text).length !== 1 || !isStopWord(term.text);
  const telling = terms.filter(says);
  return telling.some((term) => !term.not) ? telling : [...terms.filter((term) => !term.not), ...telling.filter((term) => term.not)];
}

/** @param unaccented - the configurations take accents off themselves; else the text is folded first */
export async function searchWords(port: QueryPort, query: Query, unaccented: boolean, signal: AbortSignal): Promise<SearchWords> {
  const nothing = { en: '', pt: '', simple: '' };
  const terms = tellingTerms(query.terms);
  const wanted = terms.filter((term) => !term.not);
  const unwanted = terms.filter((term) => term.not && term.text.length <= longestWord);
  if (terms.length === 0) return { wanted: nothing, unwanted: nothing, asks: false, impossible: false, prefix: false, beginnings: [], notBeginnings: [] };
  if (wanted.some((term) => clean(term.text).split(/[\s\p{P}]+/u).some((word) => word.length > longestWord))) return { wanted: nothing, unwanted: nothing, asks: true, impossible: true, prefix: false, beginnings: [], notBeginnings: [] };
  const values = new Values();
  const fold = unaccented ? (sql: string) => sql : foldSql;
  const each = (list: readonly Term[], operator: '&&' | '||', configuration: Configuration): string =>
    list.length === 0 ? "''" : `(${list.map((term) => termSql(term, configuration, values, fold)).join(` ${operator} `)})::text`;
  const columns = configurations.flatMap((configuration) => [`${each(wanted, '&&', configuration)} AS wanted_${configuration}`, `${each(unwanted, '||', configuration)} AS unwanted_${configuration}`]);
  const [row = {}] = await port.rows(`SELECT ${columns.join(', ')}`, values.list, { signal });
  const read = (kind: 'wanted' | 'unwanted'): Record<Configuration, string> => ({ en: row[`${kind}_en`] ?? '', pt: row[`${kind}_pt`] ?? '', simple: row[`${kind}_simple`] ?? '' });
  const found = { wanted: read('wanted'), unwanted: read('unwanted') };
  const beginnings = (list: readonly Term[]): string[] => list.flatMap((term) => (term.kind === 'prefix' ? wordsOf(term.text).slice(-1) : []));
  return { ...found, prefix: wanted.some((term) => term.kind === 'prefix'), beginnings: beginnings(wanted), notBeginnings: beginnings(unwanted.filter((term) => wordsOf(term.text).length === 1)), asks: wanted.length > 0, impossible: wanted.length > 0 && configurations.every((name) => found.wanted[name] === '') };
}

/** The index alone does not say which texts match: stems are not beginnings. */
export function asksBeginnings(words: SearchWords): boolean {
  return words.beginnings.length + words.notBeginnings.length > 0;
}

/** Whether words of a text begin as they should. */
export function beginsSo(text: string, asked: SearchWords): boolean {
  if (!asksBeginnings(asked)) return true;
  const words = wordsOf(text);
  const begins = (beginning: string): boolean => words.some((word) => word.startsWith(beginning));
  return asked.beginnings.every(begins) && !asked.notBeginnings.some(begins);
}

/** A vector matches in the configuration of its language; one that could not be told matches in either. */
export function matchSql(vector: string, language: string, queries: Readonly<Record<Configuration, string>>, values: Values): string {
  const [en, pt, simple] = configurations.map((name) => `${values.add(queries[name])}::tsquery`);
  return `CASE ${language} WHEN 'e' THEN ${vector} @@ ${en} WHEN 'p' THEN ${vector} @@ ${pt} WHEN 's' THEN ${vector} @@ ${simple} ELSE ${vector} @@ ${en} OR ${vector} @@ ${pt} END`;
}

/** Whatever the language: what the index is asked. */
export function anyLanguageSql(queries: Readonly<Record<Configuration, string>>, values: Values): string {
  const distinct = [...new Set(configurations.map((name) => queries[name]).filter((query) => query !== ''))];
  return `${values.add(distinct.map((query) => `(${query})`).join(' | '))}::tsquery`;
}

/** A query as an expression of FTS5 over the columns en, pt, form and facet, and a range of times. */
import { isStopWord } from '../../../../../shared/pure/conversation-words/index.ts';
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import { everyRow, hasFacet, metaFacet, ownMetaFacet, modelFacet, roleFacet, userFacet } from '../facets.ts';
import { formMark } from '../index-text.ts';
import { microsOf, noTime } from '../times.ts';
import { formsOf, type Stemmer } from '../words/index.ts';

type Term = Query['terms'][number];

/** Exactly these characters: FTS5 reads what stands in quotes as text. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const facet = (names: readonly string[]): string => (names.length === 1 ? `facet : ${names[0]}` : `facet : (${names.join(' OR ')})`);

/** Words of one term that are asked for: whoever pastes a page finds it by its beginning. */
const wordsAtMost = 100;

/** A term in all forms of its words; null where it has no word in it. */
function termExpression(term: Term, stemmer: Stemmer): string | null {
  const forms = formsOf(term.text).slice(0, wordsAtMost);
  const last = forms.at(-1);
  if (last === undefined) return null;
  if (term.kind === 'prefix') {
    const before = [...new Set(forms.slice(0, -1))].map((form) => `form : ${quoted(`${formMark}${form}`)}`);
    return `(${[...before, `form : ${quoted(`${formMark}${last}`)} *`].join(' AND ')})`;
  }
  const stems = (stem: (form: string) => string): string => quoted(forms.map(stem).join(' '));
  return `(en : ${stems(stemmer.en)} OR pt : ${stems(stemmer.pt)})`;
}

/** What a query asks of words. `isEmpty`: it asks for words, but there are none in it. */
export interface TermMatch {
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
  readonly isEmpty: boolean;
  /** Terms whose words are marked in a snippet. */
  readonly marked: readonly Term[];
}

/** A stop word beside other words counts for nothing; where there are only stop words they are asked for as written. */
export function matchTerms(terms: readonly Term[], stemmer: Stemmer): TermMatch {
  const hasWords = (term: Term): boolean => formsOf(term.text).length > 0;
  const isStop = (term: Term): boolean => term.kind === 'word' && formsOf(term.text).every(isStopWord);
  const usable = terms.filter(hasWords);
  const telling = usable.filter((term) => !isStop(term));
  const chosen = (not: boolean): Term[] => {
    const told = telling.filter((term) => term.not === not);
    // An unwanted stop word counts only where nothing else is asked for.
    return told.length > 0 || (not && telling.length > 0) ? told : usable.filter((term) => term.not === not);
  };
  const expressions = (chosenTerms: readonly Term[]): string[] => chosenTerms.flatMap((term) => termExpression(term, stemmer) ?? []);
  const marked = chosen(false);
  return { wanted: expressions(marked), unwanted: expressions(chosen(true)), isEmpty: marked.length === 0 && terms.some((term) => !term.not), marked };
}

/** Roles and models of the copy by their lower-case text, and the conversation of a key. */
export interface Lookup {
  words(text: string): readonly number[];
  conversation(key: string): number | null;
}

/** null: nothing can match. */
export type Expression = string | null;

export interface Match {
  /** Whole query, over messages. */
  readonly expression: Expression;
  /** Its words alone, for ranking; null where it has none. */
  readonly ranked: string | null;
  readonly terms: TermMatch;
  /** Microseconds; from ≤ t < to. */
  readonly from: number;
  readonly to: number;
}

const none = '\0';

function facets(query: Query, lookup: Lookup, skip: { readonly messages?: boolean } = {}): { readonly wanted: string[]; readonly unwanted: string[] } | null {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const anyOf = (names: readonly string[]): void => void wanted.push(names.length === 0 ? none : facet(names));
  const noneOf = (names: readonly string[]): void => void (names.length > 0 && unwanted.push(facet(names)));
  const words = (texts: readonly string[], name: (id: number) => string): string[] => texts.flatMap((text) => lookup.words(text).map(name));
  if (skip.messages !== true) {
    if (query.roles.length > 0) anyOf(words(query.roles, roleFacet));
    noneOf(words(query.notRoles, roleFacet));
    for (const value of query.has) if (value !== 'deleted') anyOf([hasFacet(value)]);
    noneOf(query.notHas.filter((value) => value !== 'deleted').map(hasFacet));
  }
  if (query.models.length > 0) anyOf(words(query.models, modelFacet));
  noneOf(words(query.notModels, modelFacet));
  if (query.users.length > 0) anyOf(query.users.map(userFacet));
  noneOf(query.notUsers.map(userFacet));
  if (query.has.includes('deleted')) anyOf([hasFacet('deleted')]);
  if (query.notHas.includes('deleted')) noneOf([hasFacet('deleted')]);
  for (const { path, value, not } of query.meta) (not ? noneOf : anyOf)([metaFacet(path, value)]);
  if (query.in !== null) {
    const id = lookup.conversation(query.in);
    anyOf(id === null ? [] : [`c${id}`]);
  }
  return wanted.includes(none) ? null : { wanted, unwanted };
}

/** NOT needs something to take away from. */
const joined = (wanted: readonly string[], unwanted: readonly string[]): string => {
  const positive = wanted.length === 0 ? facet([everyRow]) : wanted.join(' AND ');
  return unwanted.length === 0 ? positive : `(${positive}) NOT (${unwanted.join(' OR ')})`;
};

export function matchQuery(query: Query, lookup: Lookup, stemmer: Stemmer): Match {
  const terms = matchTerms(query.terms, stemmer);
  const found = terms.isEmpty ? null : facets(query, lookup);
  return {
    expression: found === null ? null : joined([...terms.wanted, ...found.wanted], [...terms.unwanted, ...found.unwanted]),
    ranked: terms.wanted.length === 0 ? null : joined(terms.wanted, terms.unwanted),
    terms,
    // What has no time is neither before nor after a moment.
    from: query.after === null ? (query.before === null ? noTime : noTime + 1) : (microsOf(query.after) ?? noTime),
    to: query.before === null ? Number.POSITIVE_INFINITY : (microsOf(query.before) ?? Number.POSITIVE_INFINITY),
  };
}

/** Same over conversations: their titles and what they are found by themselves. */
export function matchHeads(query: Query, lookup: Lookup, stemmer: Stemmer): Expression {
  const terms = matchTerms(query.terms, stemmer);
  const found = terms.isEmpty ? null : facets(query, lookup, { messages: true });
  return found === null ? null : joined([...terms.wanted, ...found.wanted], [...terms.unwanted, ...found.unwanted]);
}

/** Messages that have one of the metadata values themselves, not from their conversation; null where none is asked for. */
export function matchOwnMetadata(query: Query, expression: Expression): Expression {
  const own = query.meta.filter(({ not }) => !not).map(({ path, value }) => ownMetaFacet(path, value));
  return own.length === 0 || expression === null ? null : `(${expression}) AND ${facet(own)}`;
}

/** Candidates as hits: their rows, whether their masked text still matches, and a snippet of it. */
import type { SearchHit, Segments } from '../../../../shared/model/conversation.ts';
import type { Masker } from '../ports.ts';
import { columnSql } from './fields.ts';
import { foldSql, searchSchema } from './index-names.ts';
import { conversationRow, messageRow, textOf } from './rows.ts';
import type { Candidate } from './search-candidates.ts';
import { asksBeginnings, beginsSo, configurationSql, matchSql, type SearchWords } from './search-words.ts';
import { columnOf } from './shape.ts';
import type { Source } from './source.ts';
import { readMessage } from './thread.ts';
import { Values } from './values.ts';
import { wholeMarks } from './whole-marks.ts';

/** Around a hit in ts_headline's answer: private characters, which are taken out of the text before, so that nothing in it can be one. */
const [begin, end] = ['\uE000', '\uE001'];
const markers = /[\uE000\uE001]/g;
/** Longer texts are searched for their snippet in their beginning. */
const headlineText = 20_000;
const snippetLength = 240;
const headlineOptions = `StartSel=${begin}, StopSel=${end}, MaxFragments=2, MaxWords=28, MinWords=12, ShortWord=0, FragmentDelimiter=" … "`;

/**
 * Hits of these candidates in their order. Those whose message is gone meanwhile, or whose masked text does not match, are left out.
 * @param unaccented - the configurations take accents off themselves
 */
export async function hitsOf(source: Source, candidates: readonly Candidate[], words: SearchWords, masker: Masker, unaccented: boolean, signal: AbortSignal, { snippets = true }: { readonly snippets?: boolean } = {}): Promise<SearchHit[]> {
  if (candidates.length === 0) return [];
  const { conversation, message, port, shape } = source;
  const reader = messageRow(source, false);
  const conversationReader = conversationRow(source);
  const key = columnOf(shape.messages, message.id).type;
  const rows = await port.rows(
    `SELECT ${reader.select}, ${conversationReader.select} FROM ${shape.messages.sql} m LEFT JOIN ${shape.conversations.sql} c ON ${columnSql('c', conversation.id)} = ${columnSql('m', message.conversation)} WHERE ${columnSql('m', message.id)} = ANY ($1::${key}[])`,
    [candidates.map((candidate) => candidate.id)], { signal });
  const byKey = new Map(rows.map((row) => [reader.read(row).key, row]));
  const found = await Promise.all(candidates.flatMap((candidate) => {
    const row = byKey.get(candidate.id);
    return row === undefined ? [] : [{ candidate, row }];
  }).map(async ({ candidate, row }) => {
    const short = reader.read(row);
    const shown = (masker.active || asksBeginnings(words)) && short.truncated ? await readMessage(source, short.key) : short;
    const text = textOf(shown).replaceAll(markers, '').replaceAll('\0', '').toWellFormed();
    const masked = masker.active && !masker.isRevealed(source.library, short.key) ? masker.mask(text) : text;
    return { candidate, shown: short, conversation: conversationReader.read(row), text: masked };
  }));
  const begun = found.filter((each) => beginsSo(each.text, words));
  const checked = await checkTexts(source, begun.map((each) => ({ text: each.text, language: each.candidate.language })), words, { unaccented, verify: masker.active, snippets }, signal);
  return begun.flatMap(({ shown, conversation: of }, at) => {
    const { matches = false, snippet = [] } = checked[at] ?? {};
    if (masker.active && !matches) return [];
    return [{
      message: shown.key, conversation: shown.conversation, title: of.title, owner: of.owner, role: shown.role, model: shown.model ?? of.model, at: shown.at, isError: shown.isError,
      deletedAt: shown.deletedAt ?? of.deletedAt, snippet: [...snippet],
    }];
  });
}

interface Checked {
  readonly matches: boolean;
  readonly snippet: Segments;
}

/** Sends the texts back to the server, which alone knows its stems: does each still match, and where. */
async function checkTexts(source: Source, texts: readonly { readonly text: string; readonly language: string }[], words: SearchWords, { unaccented, verify, snippets }: { readonly unaccented: boolean; readonly verify: boolean; readonly snippets: boolean }, signal: AbortSignal): Promise<Checked[]> {
  if (texts.length === 0) return [];
  const unwanted = Object.values(words.unwanted).some((text) => text !== '');
  if ((!words.asks || !snippets) && !(verify && (words.asks || unwanted))) return texts.map(({ text }) => ({ matches: true, snippet: plainSnippet(text) }));
  const values = new Values();
  const list = values.add(texts.map(({ text }) => text));
  const languages = values.add(texts.map(({ language }) => language));
  const vector = `${searchSchema}.words_of(x.t, x.language::"char")`;
  const conditions = [
    ...(words.asks ? [matchSql('x.v', 'x.language', words.wanted, values)] : []),
    ...(unwanted ? [`(${matchSql('x.v', 'x.language', words.unwanted, values)}) IS NOT TRUE`] : []),
  ];
  const headline = (name: 'en' | 'pt' | 'simple'): string => (!snippets || words.wanted[name] === '' ? 'x.s' : `ts_headline(${configurationSql(name)}, x.s, ${values.add(words.wanted[name])}::tsquery, ${values.add(headlineOptions)})`);
  const [en, pt, simple] = [headline('en'), headline('pt'), headline('simple')];
  const folded = unaccented ? 'x.t' : foldSql('x.t');
  const either = (): string => `CASE WHEN to_tsvector(${configurationSql('en')}, ${folded}) @@ ${values.add(words.wanted.en)}::tsquery THEN ${en} ELSE ${pt} END`;
  const snippet = words.asks && snippets ? `CASE x.language WHEN 'e' THEN ${en} WHEN 'p' THEN ${pt} WHEN 's' THEN ${simple} ELSE ${either()} END` : 'NULL';
  const rows = await source.port.rows(
    `SELECT (${conditions.map((condition) => `(${condition})`).join(' AND ')})::text AS matches, ${snippet} AS snippet
     FROM (SELECT t, language, left(t, ${headlineText}) AS s, n, ${verify ? vector : `''::tsvector`} AS v FROM unnest(${list}::text[], ${languages}::text[]) WITH ORDINALITY AS x(t, language, n) OFFSET 0) AS x ORDER BY x.n`, values.list, { signal });
  return rows.map((row, at) => ({ matches: row['matches'] === 'true', snippet: segmentsOf(row['snippet'] ?? null) ?? plainSnippet(texts[at]?.text ?? '') }));
}

/** Pieces between the private characters; null where nothing is marked (the hit is beyond the beginning, or in another spelling). */
function segmentsOf(headline: string | null): Segments | null {
  if (headline === null || !headline.includes(begin)) return null;
  return wholeMarks(headline, { begin, end }).split(/(?=[\uE000\uE001])/).flatMap((piece) => {
    const text = piece.replaceAll(markers, '');
    return text === '' ? [] : [{ text, hit: piece.startsWith(begin) }];
  });
}

function plainSnippet(text: string): Segments {
  const line = text.slice(0, snippetLength * 2).replaceAll(/\s+/g, ' ').trim();
  if (line === '') return [];
  return [{ text: line.length <= snippetLength ? line : `${line.slice(0, snippetLength - 1).toWellFormed()}…`, hit: false }];
}

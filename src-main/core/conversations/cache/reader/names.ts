/** Conversations by title, owner or id: what begins with a text, what holds it, what resembles it. */
import type { Conversation } from '../../../../../shared/model/conversation.ts';
import { nameText } from '../build/index-rows.ts';
import { formMark } from '../index-text.ts';
import { toSortKey } from '../keys.ts';
import { timeOf } from '../times.ts';
import { formsOf } from '../words/index.ts';
import type { Copy } from './copy.ts';
import type { Lists } from './list.ts';

/** The newest names of each trigram, and in all, that are looked at. */
const perTrigram = 5000;
const looked = 200;
/** Share of the text's trigrams that a name must hold to resemble it; PostgreSQL's `word_similarity_threshold`. */
const alike = 0.6;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function trigrams(text: string): string[] {
  const characters = [...text];
  return [...new Set(characters.slice(0, -2).map((_, index) => characters.slice(index, index + 3).join('')))].filter((trigram) => !trigram.includes('\n'));
}

export function namesOf(copy: Copy, conversations: Lists) {
  const heads = copy.db.prepare<[string, number], number>('SELECT rowid FROM heads WHERE heads MATCH ? LIMIT ?').pluck();
  const names = copy.db.prepare<[string, number], number>('SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid DESC LIMIT ?').pluck();
  const key = copy.db.prepare<[string], number>('SELECT id FROM conversation WHERE sort_key = ?').pluck();

  function begins(forms: readonly string[]): number[] {
    const words = forms.map((form, index) => (index === forms.length - 1 ? `{form who} : ${quoted(`${formMark}${form}`)} *` : `{form who} : ${quoted(`${formMark}${form}`)}`));
    return forms.length === 0 ? [] : heads.all(words.join(' AND '), looked);
  }

  /** Names that hold all trigrams of a text: nearly always the text itself. */
  function holds(wanted: readonly string[]): number[] {
    return names.all(wanted.map(quoted).join(' AND '), looked);
  }

  /** Names that share the text's rarer trigrams; how alike they are is worked out from the names themselves. */
  function resembles(wanted: readonly string[]): number[] {
    const lists = wanted.map((trigram) => names.all(quoted(trigram), perTrigram)).filter((ids) => ids.length > 0).toSorted((a, b) => a.length - b.length);
    const counts = new Map<number, number>();
    for (const ids of lists) for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    const likely = [...counts].toSorted((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, looked);
    const least = Math.ceil(wanted.length * alike);
    return likely.filter(([id]) => {
      const row = conversations.byId(id);
      const own = new Set(row === null ? [] : trigrams(nameText(row.title, row.owner, row.key)));
      return wanted.filter((trigram) => own.has(trigram)).length >= least;
    }).map(([id]) => id);
  }

  return (text: string, limit: number): Conversation[] => {
    const typed = text.trim();
    const forms = formsOf(typed);
    const wanted = forms.join(' ');
    const grams = trigrams(wanted);
    const exact = key.get(toSortKey(typed));
    const ids = new Set([...(exact === undefined ? [] : [exact]), ...begins(forms), ...(grams.length === 0 ? [] : [...holds(grams), ...resembles(grams)])]);
    const found = [...ids].flatMap((id) => {
      const row = conversations.byId(id);
      if (row === null) return [];
      const lines = nameText(row.title, row.owner, row.key).split('\n');
      const rank = id === exact ? 0 : lines.some((line) => line.startsWith(wanted)) ? 1 : lines.some((line) => line.includes(wanted)) ? 2 : 3;
      return [{ row, rank }];
    });
    const time = ({ updatedAt, createdAt }: Conversation): string | null => updatedAt ?? createdAt;
    return found.toSorted((a, b) => a.rank - b.rank || timeOf(time(b.row)) - timeOf(time(a.row))).slice(0, limit).map(({ row }) => row);
  };
}

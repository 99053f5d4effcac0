/** Conversations by title, owner or id: what begins with a text, what holds it, what resembles it. */
import type { Conversation } from '../../../../../shared/model/conversation.ts';
import { nameText } from '../build/index-rows.ts';
import { toSortKey } from '../keys.ts';
import { timeOf } from '../times.ts';
import { formsOf } from '../words/index.ts';
import type { Copy } from './copy.ts';
import type { Lists } from './list.ts';

/** Candidates of each trigram and in all that are looked at. */
const perTrigram = 5000;
const looked = 200;
/** Share of the text's trigrams that a name must hold to resemble it; PostgreSQL's `word_similarity_threshold`. */
const alike = 0.6;

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

function trigrams(text: string): string[] {
  const characters = [...text];
  return [...new Set(characters.slice(0, -2).map((_, index) => characters.slice(index, index + 3).join('')))].filter((trigram) => !trigram.includes('\n'));
}

export function namesOf(copy: Copy, lists: Lists) {
  const heads = copy.db.prepare<[string, number], number>('SELECT rowid FROM heads WHERE heads MATCH ? LIMIT ?').pluck();
  const names = copy.db.prepare<[string, number], number>('SELECT rowid FROM names WHERE names MATCH ? ORDER BY rowid DESC LIMIT ?').pluck();
  const key = copy.db.prepare<[string], number>('SELECT id FROM conversation WHERE sort_key = ?').pluck();

  function begins(forms: readonly string[]): number[] {
    const words = forms.map((form, index) => (index === forms.length - 1 ? `{form who} : ${quoted(form)} *` : `{form who} : ${quoted(form)}`));
    return forms.length === 0 ? [] : heads.all(words.join(' AND '), looked);
  }

  function resembles(text: string): number[] {
    const wanted = trigrams(text);
    if (wanted.length === 0) return [];
    const counts = new Map<number, number>();
    for (const trigram of wanted) for (const id of names.all(quoted(trigram), perTrigram)) counts.set(id, (counts.get(id) ?? 0) + 1);
    const least = Math.max(1, Math.ceil(wanted.length * alike));
    return [...counts].filter(([, count]) => count >= least).toSorted((a, b) => b[1] - a[1] || b[0] - a[0]).slice(0, looked).map(([id]) => id);
  }

  return (text: string, limit: number): Conversation[] => {
    const typed = text.trim();
    const forms = formsOf(typed);
    const wanted = forms.join(' ');
    const exact = key.get(toSortKey(typed));
    const ids = new Set([...(exact === undefined ? [] : [exact]), ...begins(forms), ...(wanted.length < 3 ? [] : resembles(wanted))]);
    const found = [...ids].flatMap((id) => {
      const row = lists.byId(id);
      if (row === null) return [];
      const lines = nameText(row.title, row.owner, row.key).split('\n');
      const rank = id === exact ? 0 : lines.some((line) => line.startsWith(wanted)) ? 1 : lines.some((line) => line.includes(wanted)) ? 2 : 3;
      return [{ row, rank }];
    });
    const time = ({ updatedAt, createdAt }: Conversation): string | null => updatedAt ?? createdAt;
    return found.toSorted((a, b) => a.rank - b.rank || timeOf(time(b.row)) - timeOf(time(a.row))).slice(0, limit).map(({ row }) => row);
  };
}

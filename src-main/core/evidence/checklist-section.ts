import type { EvidenceFacts } from './facts.ts';
import { html, pairs, table, type Html, type Part } from './html.ts';
import type { Words } from './words.ts';

/** What was done, by facts and by whom, the files that are left, and what the program asks of its connections. */
export function checklist({ checklist: list, pool, run }: EvidenceFacts, words: Words): Html {
  const asked = Object.entries(pool ?? {}).map(([name, value]) => words.text(`pool.${name}`, { value: String(value) })).join(', ');
  const left = run.archived?.remaining ?? list?.localFiles;
  const rows = (list?.steps ?? []).map((step): Part[] => [
    step.text?.[words.language] ?? words.text(`checklist.${step.id}`, step.params), words.say(step.done ? 'checklist.done' : 'checklist.open'),
    step.kind === 'fact' ? words.say('checklist.seen') : (step.by ?? ''), step.at === null ? '' : words.moment(step.at),
  ]);
  if (rows.length === 0 && asked === '' && left === undefined) return html``;
  return html`<h2>${words.say('checklist')}</h2>${rows.length === 0 ? '' : table([{ title: words.say('checklist.step') }, { title: words.say('outcome') }, { title: words.say('by') }, { title: words.say('when') }], rows)}
${left === undefined ? '' : html`<p>${words.say('local-files', { files: words.number(left.length) })}</p>${left.length === 0 ? '' : html`<ul>${left.map((path) => html`<li><code>${path}</code></li>`)}</ul>`}`}
${asked === '' ? '' : pairs([[words.say('pool'), asked]])}`;
}

import type { Language } from '../../../shared/pure/texts/index.ts';
import { checklist } from './checklist-section.ts';
import type { EvidenceFacts } from './facts.ts';
import { Html, html } from './html.ts';
import { compared, decisions, findings, objects, overview, planTables, rejects, repairs, sources, timings } from './sections.ts';
import { style } from './style.ts';
import { wordsOf } from './words.ts';

/** One HTML document: no script, no picture, nothing from elsewhere; light, dark and paper. */
export function evidencePage(facts: EvidenceFacts, sha256: string, language: Language): string {
  const words = wordsOf(language);
  const title = words.say('title', { sources: facts.plan.sources.map((source) => source.database).join(', ') });
  const parts = [overview, compared, sources, repairs, rejects, objects, decisions, checklist, timings, findings, planTables].map((part) => part(facts, words));
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${new Html(style)}</style></head>
<body><main>
<header><div class="product">Travessia</div><h1>${title}</h1><p class="soft">${words.say('subtitle', { run: facts.run.id, when: words.moment(facts.run.updatedAt) })}</p></header>
${parts}
<h2>${words.say('signatures')}</h2><p>${words.say('signatures.text')}</p>
<div class="sign"><div>${words.say('sign.done')}</div><div>${words.say('sign.checked')}</div><div>${words.say('sign.date')}</div></div>
<footer><p>${words.say('hash')}</p><p><code>${sha256}</code></p></footer>
</main></body></html>
`.text;
}

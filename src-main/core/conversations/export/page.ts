import type { Part } from '../../../../shared/model/conversation.ts';
import { describe, type Language } from '../../../../shared/pure/texts/index.ts';
import { Html, html } from '../../evidence/html.ts';
import { pageStyle } from './page-style.ts';
import { partText, roomFor, totalsText, type ExportRecord, type Writer } from './records.ts';

/** Pictures that cannot carry a script. */
const pictures = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/;

function partHtml(part: Part): Html {
  switch (part.type) {
    case 'tool-call':
      return html`<div class="tool"><b>${part.name}</b><pre>${part.arguments}</pre></div>`;
    case 'tool-result':
      return html`<div class="tool"><b>→ ${part.name ?? ''}</b><pre>${part.text}</pre></div>`;
    case 'json':
      return html`<pre>${part.text}</pre>`;
    case 'reasoning':
      return html`<div class="soft text" dir="auto">${part.text}</div>`;
    case 'error':
      return html`<div class="bad text" dir="auto">${part.text}</div>`;
    case 'image':
      return part.data !== null && pictures.test(part.data) ? html`<img src="${part.data}" alt="${part.name ?? ''}">` : html`<p class="soft" dir="auto">${partText(part)}</p>`;
    case 'file':
      return html`<p class="soft" dir="auto">${partText(part)}</p>`;
    case 'text':
      return html`<div class="text" dir="auto">${part.text}</div>`;
  }
}

const facts = (values: readonly (string | null)[]): Html => html`<p class="facts">${values.filter((each) => each !== null && each !== '').map((each) => html`<span dir="auto">${each ?? ''}</span> `)}</p>`;

function recordHtml(record: ExportRecord): Html {
  switch (record.kind) {
    case 'conversation': {
      const { row } = record;
      return html`<h2 dir="auto">${row.title ?? row.key}</h2>${facts([row.key, row.owner, row.createdAt, row.model, row.deletedAt === null ? null : `✕ ${row.deletedAt}`])}`;
    }
    case 'message': {
      const { row, title } = record;
      const known = ['user', 'assistant', 'system', 'tool'].includes(row.role) ? row.role : 'other';
      return html`<article class="${known}">${facts([row.role, row.at, row.model, title, row.key, row.deletedAt === null ? null : `✕ ${row.deletedAt}`])}${row.parts.map(partHtml)}</article>`;
    }
    case 'task':
      return html`<p class="line" dir="auto"><b>${record.row.status}</b> ${record.row.description} <span class="soft">${record.row.createdAt ?? ''}</span></p>`;
    case 'event':
      return html`<p class="line" dir="auto"><i>${record.row.type}</i> ${record.row.actor ?? ''} ${record.row.content ?? ''} <span class="soft">${record.row.at ?? ''}</span></p>`;
  }
}

/** One HTML document: no script, nothing from elsewhere, everything escaped; light, dark and paper. */
export function pageWriter(language: Language): Writer {
  const say = (code: string, params: Readonly<Record<string, string>> = {}): string => describe(`export.${code}`, params, language);
  return {
    extension: 'html',
    head: (info, totals) => html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"><title>${say('title', { library: info.library })}</title><style>${new Html(pageStyle)}</style></head>
<body><main><header><div class="product">Travessia</div><h1 dir="auto">${say('title', { library: info.library })}</h1><p>${say('about', { library: info.library, at: info.at, who: info.who })}</p>
<p>${say('totals-of')} ${roomFor(totals?.messages)} / ${roomFor(totals?.conversations)}</p>
${info.query === '' ? '' : html`<p dir="auto">${say('query', { query: info.query })}</p>`}<p class="${info.masked ? 'good' : 'bad'}">${say(info.masked ? 'masked' : 'unmasked')}</p></header>
`.text,
    record: (record) => `${recordHtml(record).text}\n`,
    tail: (_info, totals) => html`<footer>${totalsText(totals, language)}</footer></main></body></html>
`.text,
  };
}

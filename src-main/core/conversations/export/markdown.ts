import type { Part } from '../../../../shared/model/conversation.ts';
import { describe, type Language } from '../../../../shared/pure/texts/index.ts';
import { partText, roomFor, totalsText, type ExportRecord, type Writer } from './records.ts';

/** Text as text: no markup, no HTML, no picture fetched from elsewhere comes of it. */
function plain(text: string): string {
  return text.replaceAll('\0', '\u2400').replaceAll(/[\\`*_[\]|<>~&]/g, '\\$&').replaceAll(/^(\s*)([#+=-])/gm, '$1\\$2').replaceAll(/^(\s*\d+)([.)])/gm, '$1\\$2');
}

/** Markdown keeps its own markup, but not HTML and pictures. */
function markup(text: string): string {
  return text.replaceAll('\0', '\u2400').replaceAll('<', '&lt;').replaceAll('![', '!\\[');
}

const quote = (text: string): string => text.split(/\r\n?|\n/).map((each) => `> ${each}`.trimEnd()).join('\n');

/** A fence longer than any within. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text.replaceAll('\0', '\u2400')}\n${fence}`;
}

function partMarkdown(part: Part): string {
  switch (part.type) {
    case 'text':
      return quote(part.format === 'markdown' ? markup(part.text) : plain(part.text));
    case 'tool-call':
      return `**${plain(part.name)}**\n\n${fenced(part.arguments, 'json')}`;
    case 'json':
      return fenced(part.text, 'json');
    case 'tool-result':
      return `**→ ${plain(part.name ?? '')}**\n\n${fenced(part.text, '')}`;
    case 'reasoning':
    case 'error':
      return `*${part.type}*\n\n${quote(plain(part.text))}`;
    default:
      return plain(partText(part));
  }
}

const oneLine = (text: string): string => plain(text.replaceAll(/\s+/g, ' '));
const marks = (values: readonly (string | null)[]): string => values.filter((each) => each !== null && each !== '').map((each) => oneLine(each ?? '')).join(' · ');

function recordMarkdown(record: ExportRecord): string {
  switch (record.kind) {
    case 'conversation':
      return `\n## ${oneLine(record.row.title ?? record.row.key)}\n\n${marks([record.row.key, record.row.owner, record.row.createdAt, record.row.model])}\n`;
    case 'message': {
      const { row, title } = record;
      return `\n### ${marks([row.role, row.at, row.model])}\n\n${marks([row.key, title])}\n\n${row.parts.map(partMarkdown).join('\n\n')}\n`;
    }
    case 'task':
      return `\n- **${oneLine(record.row.status)}** ${oneLine(record.row.description)} ${marks([record.row.createdAt])}\n`;
    case 'event':
      return `\n- *${oneLine(record.row.type)}* ${marks([record.row.actor, record.row.at, record.row.content])}\n`;
  }
}

export function markdownWriter(language: Language): Writer {
  const say = (code: string, params: Readonly<Record<string, string>> = {}): string => describe(`export.${code}`, params, language);
  return {
    extension: 'md',
    head: (info, totals) => [
      `# ${oneLine(say('title', { library: info.library }))}`, '', plain(say('about', { library: info.library, at: info.at, who: info.who })), '',
      // The totals end their line: what is left of the room for them is white space.
      `${say('totals-of')} ${roomFor(totals?.messages)} / ${roomFor(totals?.conversations)}`, '',
      ...(info.query === '' ? [] : [plain(say('query', { query: info.query })), '']), plain(say(info.masked ? 'masked' : 'unmasked')), '',
    ].join('\n'),
    record: recordMarkdown,
    tail: (_info, totals) => `\n---\n\n${plain(totalsText(totals, language))}\n`,
  };
}

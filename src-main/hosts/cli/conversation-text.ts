import type { Diagnostic } from '../../../shared/model/conversation-query.ts';
import type { Conversation, ConversationEvent, Message, Part, SearchHit, Task } from '../../../shared/model/conversation.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { count, table } from './output.ts';

/** Foreign text for a terminal: what would move its cursor, colour it or turn its direction is shown as a mark. */
export function safe(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\u00b7');
}

export function oneLine(text: string | null, length: number): string {
  const line = safe(text ?? '').replaceAll(/\s+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1).toWellFormed()}…` : line;
}

/** @throws QUERY_INVALID with the first diagnostic and the line as it was likely meant */
export function assertUnderstood(query: string, diagnostics: readonly Diagnostic[]): void {
  const [first] = diagnostics;
  if (first === undefined) return;
  const place = query.slice(first.from, first.to);
  throw new TravessiaError('QUERY_INVALID', {
    message: `${oneLine(place, 60)}: ${describe(first.code, first.params)}`,
    ...(first.suggestion === null ? {} : { hint: `Did you mean:  ${(query.slice(0, first.from) + first.suggestion + query.slice(first.to)).trim()}` }),
  });
}

const flags = ({ deletedAt, masked, revealed }: { deletedAt: string | null; masked?: boolean; revealed?: boolean }): string =>
  [deletedAt === null ? '' : 'deleted', revealed === true ? 'revealed' : masked === true ? 'masked' : ''].filter((each) => each !== '').join(', ');

export function conversationsText(rows: readonly Conversation[]): string {
  if (rows.length === 0) return 'No conversations.';
  return table(['updated', 'messages', 'owner', 'title', 'key', ''], rows.map((row) => [
    (row.updatedAt ?? row.createdAt ?? '').slice(0, 19), row.messages === null ? '' : count(row.messages), oneLine(row.owner, 30), oneLine(row.title ?? row.preview, 60), safe(row.key), flags(row),
  ]));
}

export function hitText(hit: SearchHit): string {
  const bold = process.stdout.isTTY === true;
  const snippet = hit.snippet.map(({ text, hit: found }) => (found && bold ? `\u001b[1m${safe(text)}\u001b[22m` : safe(text))).join('').replaceAll(/\s+/g, ' ').trim();
  const about = [hit.at?.slice(0, 19), hit.role, hit.model, hit.isError ? 'error' : null, hit.owner, oneLine(hit.title, 60), flags(hit)].filter((each) => each !== null && each !== undefined && each !== '').map((each) => safe(each ?? ''));
  return `${about.join('  ')}\n  conversation ${safe(hit.conversation)}  message ${safe(hit.message)}\n  ${snippet}\n`;
}

function partText(part: Part): string {
  switch (part.type) {
    case 'text': return safe(part.text);
    case 'reasoning': return `[reasoning] ${safe(part.text)}`;
    case 'tool-call': return `[call ${safe(part.name)}] ${safe(part.arguments)}`;
    case 'tool-result': return `[${part.isError ? 'failed' : 'result'}${part.name === null ? '' : ` ${safe(part.name)}`}] ${safe(part.text)}`;
    case 'json': return safe(part.text);
    case 'image': return `[image ${safe(part.name ?? part.mime ?? '')}]`;
    case 'file': return `[file ${safe(part.name ?? part.mime ?? '')}]`;
    case 'error': return `[error] ${safe(part.text)}`;
  }
}

export function messageText(row: Message): string {
  const tokens = row.inputTokens === null && row.outputTokens === null ? '' : `${row.inputTokens ?? 0}+${row.outputTokens ?? 0} tokens`;
  const about = [row.at?.slice(0, 19) ?? '', row.role, row.model ?? '', tokens, row.latencyMs === null ? '' : `${row.latencyMs} ms`, row.isError ? 'error' : '', flags(row), row.truncated ? 'cut' : '', `key ${row.key}`].filter((each) => each !== '');
  return `── ${about.map(safe).join('  ')}\n${row.parts.map(partText).join('\n')}\n`;
}

export function timelineText(tasks: readonly Task[], events: readonly ConversationEvent[]): string {
  return [
    ...tasks.map((row) => `task   ${row.createdAt?.slice(0, 19) ?? ''}  ${safe(row.status)}  ${oneLine(row.description, 100)}`),
    ...events.map((row) => `event  ${row.at?.slice(0, 19) ?? ''}  ${safe(row.type)}  ${oneLine([row.actor ?? '', row.content ?? ''].join(' '), 100)}`),
  ].join('\n');
}

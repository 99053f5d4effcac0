import type { Diagnostic } from '../../../shared/model/conversation-query.ts';
import type { Conversation, ConversationEvent, Message, Part, SearchHit, Task } from '../../../shared/model/conversation.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import type { Speech } from './speech.ts';

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
    message: `“${oneLine(place, 60)}” is not understood: ${describe(first.code, first.params)}`,
    ...(first.suggestion === null ? {} : { hint: `Did you mean:  ${(query.slice(0, first.from) + first.suggestion + query.slice(first.to)).trim()}` }),
  });
}

const flags = ({ say }: Speech, { deletedAt, masked, revealed }: { deletedAt: string | null; masked?: boolean; revealed?: boolean }): string =>
  [deletedAt === null ? '' : say('deleted'), revealed === true ? say('revealed') : masked === true ? say('masked') : ''].filter((each) => each !== '').join(', ');

export function conversationsText(speech: Speech, rows: readonly Conversation[]): string {
  if (rows.length === 0) return speech.say('No conversations.');
  return speech.table(['updated', 'messages', 'owner', 'title', 'key', ''], rows.map((row) => [
    (row.updatedAt ?? row.createdAt ?? '').slice(0, 19), row.messages === null ? '' : speech.count(row.messages), oneLine(row.owner, 30), oneLine(row.title ?? row.preview, 60), safe(row.key), flags(speech, row),
  ]));
}

export function hitText(speech: Speech, hit: SearchHit): string {
  const bold = process.stdout.isTTY === true;
  const snippet = hit.snippet.map(({ text, hit: found }) => (found && bold ? `\u001b[1m${safe(text)}\u001b[22m` : safe(text))).join('').replaceAll(/\s+/g, ' ').trim();
  const about = [hit.at?.slice(0, 19), hit.role, hit.model, hit.isError ? speech.say('error') : null, hit.owner, oneLine(hit.title, 60), flags(speech, hit)].filter((each) => each !== null && each !== undefined && each !== '').map((each) => safe(each ?? ''));
  return `${about.join('  ')}\n  ${speech.say('conversation {{conversation}}  message {{message}}', { conversation: safe(hit.conversation), message: safe(hit.message) })}\n  ${snippet}\n`;
}

function partText({ say }: Speech, part: Part): string {
  switch (part.type) {
    case 'text': return safe(part.text);
    case 'reasoning': return `[${say('reasoning')}] ${safe(part.text)}`;
    case 'tool-call': return `[${say('call')} ${safe(part.name)}] ${safe(part.arguments)}`;
    case 'tool-result': return `[${say(part.isError ? 'failed' : 'result')}${part.name === null ? '' : ` ${safe(part.name)}`}] ${safe(part.text)}`;
    case 'json': return safe(part.text);
    case 'image': return `[${say('image')} ${safe(part.name ?? part.mime ?? '')}]`;
    case 'file': return `[${say('file')} ${safe(part.name ?? part.mime ?? '')}]`;
    case 'error': return `[${say('error')}] ${safe(part.text)}`;
  }
}

export function messageText(speech: Speech, row: Message): string {
  const { say, count } = speech;
  const tokens = row.inputTokens === null && row.outputTokens === null ? '' : `${count(row.inputTokens ?? 0)}+${count(row.outputTokens ?? 0)} tokens`;
  const about = [row.at?.slice(0, 19) ?? '', row.role, row.model ?? '', tokens, row.latencyMs === null ? '' : `${count(row.latencyMs)} ms`, row.isError ? say('error') : '', flags(speech, row), row.truncated ? say('cut') : '', say('key {{key}}', { key: row.key })].filter((each) => each !== '');
  return `── ${about.map(safe).join('  ')}\n${row.parts.map((part) => partText(speech, part)).join('\n')}\n`;
}

export function timelineText({ say }: Speech, tasks: readonly Task[], events: readonly ConversationEvent[]): string {
  const [task, event] = [say('task'), say('event')];
  const width = Math.max(task.length, event.length);
  return [
    ...tasks.map((row) => `${task.padEnd(width)}  ${row.createdAt?.slice(0, 19) ?? ''}  ${safe(row.status)}  ${oneLine(row.description, 100)}`),
    ...events.map((row) => `${event.padEnd(width)}  ${row.at?.slice(0, 19) ?? ''}  ${safe(row.type)}  ${oneLine([row.actor ?? '', row.content ?? ''].join(' '), 100)}`),
  ].join('\n');
}

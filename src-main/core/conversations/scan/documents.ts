import type { Message } from '../../../../shared/model/conversation.ts';
import { errorParts, isRecord, isSaying, isText, jsonText, numberOf, parseJson, readValue, type JsonRecord } from '../parts/index.ts';
import { formatOf } from '../parts/index.ts';
import type { Row } from './cells.ts';
import { applyUsage, webuiExtras } from './programs/open-webui.ts';
import { isErrorPart, type DraftMessage } from './read-row.ts';
import { isoTime } from './times.ts';

/** Where the messages stand in the JSON of a conversation: Open WebUI's tree, its older list, or any list of messages. */
function entriesOf(document: unknown): (readonly [id: string, message: unknown])[] {
  if (Array.isArray(document)) return document.map((message, index) => [idOf(message) ?? String(index), message] as const);
  if (!isRecord(document)) return isSaying(document) ? [['0', document]] : [];
  const { history, messages } = document;
  const tree = isRecord(history) ? history['messages'] : undefined;
  if (isRecord(tree) && Object.keys(tree).length > 0) return Object.entries(tree);
  if (Array.isArray(messages)) return entriesOf(messages);
  if (isRecord(messages)) return Object.entries(messages);
  return isSaying(messages) || 'history' in document || 'title' in document ? [] : [['0', document]];
}

function idOf(message: unknown): string | null {
  const id = isRecord(message) ? (message['id'] ?? message['uuid'] ?? message['message_id']) : undefined;
  return isText(id) && id !== '' ? id : numberOf(id) === null ? null : jsonText(id);
}

const textAt = (message: JsonRecord, ...keys: readonly string[]): string | null => {
  for (const key of keys) if (isText(message[key]) && message[key] !== '') return message[key];
  return null;
};

const timeKeys = ['timestamp', 'created_at', 'createdAt', 'time', 'date', 'ts', 'at'];

/** The key of a message inside a document: its conversation's and its own. */
export const documentKey = (conversation: string, id: string): string => JSON.stringify([conversation, id]);

/** The two keys again; null where the key names no message of a document. */
export function splitKey(key: string): readonly [conversation: string, id: string] | null {
  const value = key.startsWith('[') ? parseJson(key) : undefined;
  return Array.isArray(value) && value.length === 2 && isText(value[0]) && isText(value[1]) ? [value[0], value[1]] : null;
}

/** All messages in the JSON of a conversation. What is not known in a message is shown as JSON beside its words. */
export function documentMessages(conversation: string, text: string | null): Message[] {
  if (text === null || text === '') return [];
  const document = parseJson(text);
  if (document === undefined) return [{ ...empty(conversation, '0'), parts: [{ type: 'text', text, format: 'plain' }] }];
  return entriesOf(document).map(([id, value]) => messageIn(conversation, id, value));
}

function empty(conversation: string, id: string): DraftMessage {
  return { key: documentKey(conversation, id), conversation, role: 'unknown', parts: [], truncated: false, at: null, model: null, inputTokens: null, outputTokens: null, latencyMs: null, parent: null, isError: false, deletedAt: null, metadata: null, masked: false, revealed: false };
}

const shownKeys: ReadonlySet<string> = new Set([
  ...timeKeys, 'id', 'uuid', 'message_id', 'role', 'sender', 'author', 'content', 'text', 'body', 'parts', 'output', 'model', 'modelName', 'model_id', 'parentId', 'parent_id', 'childrenIds', 'files', 'sources', 'embeds', 'usage', 'info', 'error', 'done', 'userContext', 'modelIdx', 'lastSentence', 'annotation', 'models',
  'statusHistory', 'followUps', 'tool_calls', 'tool_call_id', 'name',
]);

function messageIn(conversation: string, id: string, value: unknown): DraftMessage {
  const draft = empty(conversation, id);
  if (!isRecord(value)) return { ...draft, parts: readValue(value, 'plain') };
  const role = textAt(value, 'role', 'sender', 'author') ?? 'unknown';
  const format = formatOf(role);
  const output = Array.isArray(value['output']) ? readValue(value['output'], format) : [];
  // The newer `output` says all that the text says, and more.
  const words = output.some((part) => part.type === 'text') ? [] : readValue(value['content'] ?? value['text'] ?? value['body'] ?? value['parts'], format);
  const calls = isSaying(value['tool_calls']) || isText(value['tool_call_id']) ? readValue({ role, content: null, tool_calls: value['tool_calls'] }, format) : [];
  const result = isText(value['tool_call_id']) ? readValue({ type: 'tool-result', toolCallId: value['tool_call_id'], name: value['name'], content: value['content'] }, format) : null;
  const more = Object.entries(value).filter(([key, each]) => !shownKeys.has(key) && isSaying(each));
  const parts = [...(result ?? words), ...output, ...calls, ...webuiExtras({ files: value['files'], sources: value['sources'], embeds: value['embeds'] }), ...(value['error'] === true ? [] : errorParts(value['error'])), ...(more.length === 0 ? [] : [{ type: 'json' as const, text: jsonText(Object.fromEntries(more)) }])];
  const time = timeKeys.map((key) => value[key]).find((each) => isText(each) || numberOf(each) !== null);
  const parent = textAt(value, 'parentId', 'parent_id');
  const metadata = Object.fromEntries(['annotation', 'statusHistory', 'followUps', 'info', 'usage'].filter((key) => isSaying(value[key])).map((key) => [key, value[key]]));
  const message: DraftMessage = {
    ...draft, role, parts, at: time === undefined ? null : isoTime(isText(time) ? time : jsonText(time), 'auto'), model: textAt(value, 'model', 'model_id', 'modelName'), parent: parent === null ? null : documentKey(conversation, parent),
    isError: parts.some(isErrorPart) || value['error'] === true, metadata: Object.keys(metadata).length === 0 ? null : jsonText(metadata),
  };
  applyUsage(message, value['usage'] ?? (isRecord(value['info']) ? (value['info']['usage'] ?? value['info']) : undefined));
  return message;
}

/** One message of the JSON as a row: its fields are the columns. */
export function documentRow(text: string | null, id: string): Row | null {
  const found = entriesOf(parseJson(text ?? '')).find(([each]) => each === id)?.[1];
  if (found === undefined) return null;
  return isRecord(found) ? Object.fromEntries(Object.entries(found).map(([key, value]) => [key, isText(value) ? value : value === null ? null : jsonText(value)])) : { value: jsonText(found) };
}

/** First and last moment of messages, for conversations that do not say it themselves. */
export function spanOf(messages: readonly Message[]): { readonly messages: number; readonly first: string | null; readonly last: string | null } {
  const times = messages.flatMap(({ at }) => at ?? []).toSorted();
  return { messages: messages.length, first: times[0] ?? null, last: times.at(-1) ?? null };
}


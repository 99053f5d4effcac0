import { partSchema, type Part } from '../../../../shared/model/conversation.ts';
import { openBlock, textPart, type Block } from './block.ts';
import { isRecord, isSaying, isText, jsonText, type JsonRecord } from './json.ts';
import { readMedia } from './media.ts';
import { readCall, readGoose, readInvocation, readResult } from './tools.ts';

export type TextFormat = 'plain' | 'markdown';

/** Deeper nesting is no message any more; it is shown as JSON. */
const deepest = 12;

/** Marks between parts, without words of their own. */
const marks: ReadonlySet<string> = new Set(['step-start', 'step-finish', 'snapshot', 'compaction']);

/** What stands in one column, read: a text, a block, a whole message, or a list of them. */
export function readValue(value: unknown, format: TextFormat, depth = 0): Part[] {
  if (!isSaying(value)) return [];
  if (isText(value)) return textPart(value, format);
  if (depth > deepest) return [{ type: 'json', text: jsonText(value) }];
  if (Array.isArray(value)) return value.flatMap((each) => readValue(each, format, depth + 1));
  return isRecord(value) ? readBlock(value, format, depth) : [{ type: 'json', text: jsonText(value) }];
}

/** True where the block is of a shape that `readValue` knows. */
export function isKnownBlock(value: unknown): boolean {
  return isRecord(value) && (readers[typeOf(value)] !== undefined || isInvocation(typeOf(value)) || marks.has(typeOf(value)) || untyped(value) !== null);
}

const typeOf = (value: JsonRecord): string => (isText(value['type']) ? value['type'] : '');
const isInvocation = (type: string): boolean => type.startsWith('tool-') || type === 'dynamic-tool';

function readBlock(value: JsonRecord, format: TextFormat, depth: number): Part[] {
  const unwrapped = unwrap(value);
  const type = typeOf(unwrapped);
  const context: Context = { format, read: (inner) => readValue(inner, format, depth + 1) };
  const reader = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (reader !== undefined) return reader(openBlock(unwrapped), context);
  if (isInvocation(type)) return readInvocation(openBlock(unwrapped), type === 'dynamic-tool' ? null : type.slice('tool-'.length), context.read);
  if (marks.has(type)) return openBlock(omit(unwrapped, ['tokens', 'cost', 'reason', 'snapshot', 'auto', 'overflow'])).rest();
  const known = untyped(unwrapped);
  return known === null ? [{ type: 'json', text: jsonText(value) }] : known(openBlock(unwrapped), context);
}

function omit(value: JsonRecord, keys: readonly string[]): JsonRecord {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

/** crush wraps each part as `{ type, data }`; LangChain each message. */
function unwrap(value: JsonRecord): JsonRecord {
  const { type, data, ...rest } = value;
  return isText(type) && isRecord(data) && (data['type'] === undefined || isText(data['type'])) && Object.keys(rest).length === 0 && type !== 'json' && !type.startsWith('data-') ? { ...data, type } : value;
}

interface Context {
  readonly format: TextFormat;
  readonly read: (value: unknown) => Part[];
}
type Reader = (block: Block, context: Context) => Part[];

const words: Reader = (block, { format, read }) => {
  // OpenAI's assistants write `{ text: { value, annotations } }`, opencode's newer files too.
  const text = block.take('text', 'value', 'content', 'output_text', 'input_text', 'msg');
  const inner = isRecord(text) && isText(text['value']) ? text['value'] : text;
  const more = isRecord(text) && inner !== text ? openBlock(omit(text, ['value'])).rest() : [];
  return [...(isText(inner) ? textPart(inner, format) : read(inner)), ...more, ...block.rest()];
};

const reasoning: Reader = (block, { read }) => {
  const said = [block.take('text', 'thinking', 'reasoning'), block.take('summary'), block.take('content', 'details')].flatMap((value) => (isText(value) ? [value] : read(value).map((part) => (part.type === 'text' || part.type === 'reasoning' ? part.text : jsonText(part)))));
  return [...said.filter((text) => text !== '').map((text): Part => ({ type: 'reasoning', text })), ...block.rest()];
};

const error: Reader = (block) => [...errorParts(block.take('error', 'errorText', 'message', 'text', 'content')), ...block.rest()];

const media = (mime: string | null): Reader => (block) => readMedia(block, mime);
const image = media('image/*');
const file = media(null);
const call: Reader = (block) => readCall(block);
const result: Reader = (block, { read }) => readResult(block, read);
const invocation: Reader = (block, { read }) => readInvocation(block, null, read);
const goose: Reader = (block, { read }) => readGoose(block, read);
/** A web page or document that an answer rests on. */
const reference: Reader = (block) => readMedia(block, 'text/html');

/** crush ends each answer so; only a bad end has something to say. */
const finish: Reader = (block) => {
  const reason = block.text('reason');
  const [message, details] = [block.text('message'), block.text('details')];
  const text = [message, details].filter((each) => each !== null && each !== '').join('\n');
  if (text === '') return reason === 'error' ? [{ type: 'error', text: reason }, ...block.rest()] : block.rest();
  return [{ type: reason === 'error' || reason === 'canceled' ? 'error' : 'json', text: reason === 'error' || reason === 'canceled' ? text : jsonText({ reason, message, details }) }, ...block.rest()];
};

/** A part as this program itself writes it, into a replica: taken as it is. */
const own: Reader = (block) => {
  const part = partSchema.safeParse(block.record('part'));
  return [...(part.success ? [part.data] : []), ...block.rest()];
};

const refusal: Reader = (block, { format }) => [...textPart(block.text('refusal', 'text') ?? '', format), ...block.rest()];

/** A whole message inside a message: OpenAI's responses, exports, LangChain. */
const message: Reader = (block, context) => {
  const { read } = context;
  block.text('role', 'type');
  const name = block.text('name', 'toolName', 'tool_name');
  const callId = block.text('tool_call_id', 'toolCallId');
  const content = block.take('content', 'parts');
  const shown = callId === null ? read(content) : readResult(openBlock({ type: 'tool-result', name, toolCallId: callId, content }), read);
  const calls = block.take('tool_calls', 'toolCalls', 'tools');
  const further = [block.take('parts'), block.take('reasoning_content', 'reasoning')];
  return [
    ...(isSaying(further[1]) ? reasoning(openBlock({ type: 'reasoning', text: further[1] }), context) : []),
    ...shown, ...read(further[0]),
    ...(name === null || callId !== null ? [] : [{ type: 'json' as const, text: jsonText({ name }) }]),
    ...(Array.isArray(calls) ? calls.flatMap((each) => (isRecord(each) ? readCall(openBlock(each)) : read(each))) : read(calls)),
    ...refusal(openBlock({ refusal: block.take('refusal') ?? '' }), context),
    ...block.rest(),
  ];
};

/** By `type`; the names of OpenAI, Anthropic, the AI SDK, Open WebUI, opencode, goose, crush, llm and LangChain. */
const readers: Readonly<Record<string, Reader>> = {
  text: words, input_text: words, output_text: words, summary_text: words, markdown: words, systemNotification: words, contextLengthExceeded: words, summarizationRequested: words, conversationCompacted: words,
  reasoning, thinking: reasoning, reasoning_text: words, redacted_thinking: reasoning, redactedThinking: reasoning,
  error, retry: error, refusal,
  image, image_url: image, input_image: image, binary: file, file, input_file: file, document: file, attachment: file, audio: file, input_audio: file, video: file, media: file,
  source: reference, 'source-url': reference, 'source-document': reference,
  tool_use: call, server_tool_use: call, mcp_tool_use: call, tool_call: call, 'tool-call': call, function_call: call, function: call, custom_tool_call: call, mcp_call: invocation,
  tool_result: result, 'tool-result': result, 'tool-error': result, mcp_tool_result: result, web_search_tool_result: result, function_call_output: result, custom_tool_call_output: result, function_response: result,
  tool: invocation, 'tool-invocation': invocation, toolRequest: goose, frontendToolRequest: goose, toolResponse: goose,
  finish, part: own, message, human: message, ai: message, system: message,
};

/** Blocks without a type: Gemini's parts, messages of OpenAI and of exports. */
function untyped(value: JsonRecord): Reader | null {
  if ('functionCall' in value) return call;
  if ('functionResponse' in value) return (block, { read }) => [...readResult(openBlock({ type: '', ...block.record('functionResponse') }), read), ...block.rest()];
  if ('inlineData' in value || 'fileData' in value || 'inline_data' in value) return file;
  if (isText(value['role']) && ('content' in value || 'parts' in value || 'tool_calls' in value)) return message;
  if (typeOf(value) === '' && isText(value['text'])) return value['thought'] === true ? reasoning : words;
  return null;
}

/** An error as a program keeps it: words, or an object with a message in it. What else it holds is shown as well. */
export function errorParts(value: unknown): Part[] {
  if (!isSaying(value) || value === true) return [];
  if (isText(value)) return [{ type: 'error', text: value }];
  if (!isRecord(value)) return [{ type: 'error', text: jsonText(value) }];
  const block = openBlock(value);
  const data = openBlock(block.record('data', 'error') ?? {});
  const text = block.text('message', 'content', 'errorText', 'detail', 'error', 'text') ?? data.text('message', 'content');
  const rest = [...data.rest(), ...block.rest()].filter((part) => part.type !== 'json' || part.text !== jsonText({ message: text }));
  return text === null || text === '' ? [{ type: 'error', text: jsonText(value) }] : [{ type: 'error', text }, ...rest];
}

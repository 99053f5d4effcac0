import type { Part } from '../../../../shared/model/conversation.ts';
import { openBlock, type Block } from './block.ts';
import { isRecord, isSaying, isText, jsonText } from './json.ts';

type ReadValue = (value: unknown) => Part[];

/** Arguments stay the text they are; an object becomes its JSON. */
function argumentsText(value: unknown): string {
  return value === undefined || value === null ? '' : isText(value) ? value : jsonText(value);
}

export function toolCall(name: string | null, callId: string | null, input: unknown): Part {
  return { type: 'tool-call', name: name ?? '', callId, arguments: argumentsText(input) };
}

/** What a tool gave back: text, blocks of text and pictures, or any value. Pictures and files stand beside the result. */
export function toolResult(read: ReadValue, name: string | null, callId: string | null, output: unknown, isError: boolean): Part[] {
  if (isText(output)) return [{ type: 'tool-result', name, callId, text: output, isError }];
  if (!Array.isArray(output)) return [{ type: 'tool-result', name, callId, text: output === undefined || output === null ? '' : jsonText(output), isError }];
  const parts = output.flatMap(read);
  const isWords = (part: Part): part is Extract<Part, { type: 'text' }> => part.type === 'text';
  return [{ type: 'tool-result', name, callId, text: parts.filter(isWords).map(({ text }) => text).join('\n'), isError }, ...parts.filter((part) => !isWords(part))];
}

/** The AI SDK says how a result is meant: `{ type: 'text' | 'json' | 'error-text' | 'error-json' | 'content', value }`. */
function unwrapped(output: unknown): { readonly value: unknown; readonly isError: boolean } {
  if (!isRecord(output) || !isText(output['type']) || !('value' in output) || Object.keys(output).some((key) => !['type', 'value', 'providerOptions'].includes(key))) return { value: output, isError: false };
  return { value: output['value'], isError: output['type'].startsWith('error') };
}

/** OpenAI's `function`, Anthropic's `tool_use`, the AI SDK's `tool-call`, Gemini's `functionCall`, crush's `tool_call`. */
export function readCall(block: Block): Part[] {
  const inner = openBlock(block.record('function', 'functionCall', 'function_call') ?? {});
  const name = block.text('name', 'toolName', 'tool_name', 'tool', 'apiName') ?? inner.text('name');
  const callId = block.text('call_id', 'callId', 'callID', 'toolCallId', 'tool_call_id', 'tool_use_id', 'id');
  const input = block.take('arguments', 'input', 'args', 'parameters') ?? inner.take('arguments', 'args');
  return [toolCall(name, callId, input), ...inner.rest(), ...block.rest()];
}

export function readResult(block: Block, read: ReadValue): Part[] {
  const name = block.text('name', 'toolName', 'tool_name', 'tool');
  const callId = block.text('tool_use_id', 'call_id', 'callId', 'toolCallId', 'tool_call_id', 'id');
  const failed = [block.take('is_error'), block.take('isError')].includes(true);
  const error = block.take('error', 'errorText', 'exception');
  const { value, isError } = unwrapped(block.take('output', 'result', 'content', 'response'));
  const hasError = isSaying(error);
  const parts = toolResult(read, name, callId, isSaying(value) || !hasError ? value : error, failed || isError || hasError || block.type.endsWith('error'));
  return [...parts, ...(hasError && isSaying(value) && jsonText(error) !== jsonText(value) ? [{ type: 'error' as const, text: isText(error) ? error : jsonText(error) }] : []), ...block.rest()];
}

/** Call and result in one block: the AI SDK's `tool-NAME` and `tool-invocation`, opencode's `tool` with its state. */
export function readInvocation(block: Block, name: string | null, read: ReadValue): Part[] {
  const inner = openBlock(block.record('toolInvocation', 'state') ?? {});
  const from = (...keys: readonly string[]): unknown => block.take(...keys) ?? inner.take(...keys);
  const text = (...keys: readonly string[]): string | null => block.text(...keys) ?? inner.text(...keys);
  const tool = text('toolName', 'tool', 'name') ?? name;
  const callId = text('toolCallId', 'callID', 'callId', 'id');
  const input = from('input', 'args', 'rawInput');
  const error = from('errorText', 'error');
  const { value: output, isError } = unwrapped(from('output', 'result'));
  const attachments = inner.take('attachments');
  // opencode repeats the tool's name as its title where it has no better one.
  const title = inner.text('title');
  return [
    toolCall(tool, callId, input),
    ...(isSaying(output) ? toolResult(read, tool, callId, output, isError) : []),
    ...(isSaying(error) ? toolResult(read, tool, callId, error, true) : []),
    ...(Array.isArray(attachments) ? attachments.flatMap(read) : isSaying(attachments) ? read(attachments) : []),
    ...(title === null || title === '' || title === tool ? [] : [{ type: 'json' as const, text: jsonText({ title }) }]),
    ...inner.rest(),
    ...block.rest(),
  ];
}

/** goose: `{ status: 'success', value }` or `{ status: 'error', error }` around the call or the result. */
export function readGoose(block: Block, read: ReadValue): Part[] {
  const callId = block.text('id');
  const request = block.record('toolCall');
  if (request !== null) {
    const outer = openBlock(request);
    const call = openBlock(outer.record('value') ?? {});
    const error = outer.take('error');
    const shown: Part[] = isSaying(error) ? [{ type: 'error', text: isText(error) ? error : jsonText(error) }] : [toolCall(call.text('name'), callId, call.take('arguments'))];
    return [...shown, ...call.rest(), ...outer.rest(), ...block.rest()];
  }
  const outer = openBlock(block.record('toolResult') ?? {});
  const error = outer.take('error');
  const inner = openBlock(outer.record('value') ?? {});
  const value = outer.take('value') ?? inner.take('content');
  const failed = isSaying(error) || inner.take('isError') === true;
  return [...toolResult(read, null, callId, isSaying(error) ? error : value, failed), ...inner.rest(), ...outer.rest(), ...block.rest()];
}

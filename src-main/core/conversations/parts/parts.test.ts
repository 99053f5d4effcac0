import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { partSchema, type Part } from '../../../../shared/model/conversation.ts';
import { errorOf, parseJson, partsOf, textsOf } from './index.ts';
import { testSeed } from '../../../test-support/test-seed.ts';

const seed = testSeed();
const blocks = (value: unknown, role = 'assistant'): Part[] => partsOf(JSON.stringify(value), 'blocks', role);
const png = 'data:image/png;base64,AAAA';

describe('text', () => {
  test('is markdown where a model wrote it, plain where a person did', () => {
    expect(partsOf('# oi', 'auto', 'assistant')).toEqual([{ type: 'text', text: '# oi', format: 'markdown' }]);
    expect(partsOf('# oi', 'auto', 'user')).toEqual([{ type: 'text', text: '# oi', format: 'plain' }]);
    expect(partsOf('# oi', 'markdown', 'user')).toEqual([{ type: 'text', text: '# oi', format: 'markdown' }]);
    expect(partsOf('', 'auto', 'user')).toEqual([]);
    expect(partsOf(null, 'blocks', 'user')).toEqual([]);
  });

  test('that looks like JSON stays the text that somebody wrote, unless every block is known', () => {
    for (const text of ['{"a":1}', '[1,2]', '"quoted"', '[not json', '{"type":"unheard of"}', '[{"type":"text","text":"a"},{"b":1}]']) expect(partsOf(text, 'auto', 'user')).toEqual([{ type: 'text', text, format: 'plain' }]);
    expect(partsOf('[{"type":"text","text":"a"}]', 'auto', 'user')).toEqual([{ type: 'text', text: 'a', format: 'plain' }]);
    expect(partsOf('"quoted"', 'blocks', 'user')).toEqual([{ type: 'text', text: 'quoted', format: 'plain' }]);
    expect(partsOf('{"a":1.50}', 'blocks', 'user')).toEqual([{ type: 'json', text: '{"a":1.50}' }]);
  });
});

describe('blocks as programs write them', () => {
  const call: Part = { type: 'tool-call', name: 'f', callId: 'c1', arguments: '{"a":1}' };
  const result = (text: string, isError = false, name: string | null = 'f'): Part => ({ type: 'tool-result', name, callId: 'c1', text, isError });
  test.each<[string, unknown, Part[]]>([
    ['OpenAI chat', { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }] }, [call]],
    ['OpenAI tool', { role: 'tool', tool_call_id: 'c1', name: 'f', content: 'yes' }, [result('yes')]],
    ['OpenAI responses', [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'why' }] }, { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' }, { type: 'function_call_output', call_id: 'c1', output: 'yes' }, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'so' }] }],
      [{ type: 'reasoning', text: 'why' }, call, result('yes', false, null), { type: 'text', text: 'so', format: 'markdown' }]],
    ['OpenAI image', [{ type: 'image_url', image_url: { url: 'https://x.example/y.png', detail: 'low' } }], [{ type: 'image', mime: null, name: null, url: 'https://x.example/y.png', data: null }]],
    ['Anthropic', [{ type: 'thinking', thinking: 'hm', signature: 's' }, { type: 'tool_use', id: 'c1', name: 'f', input: { a: 1 } }, { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'no' }], is_error: true }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }],
      [{ type: 'reasoning', text: 'hm' }, call, result('no', true, null), { type: 'image', mime: 'image/png', name: null, url: null, data: png }]],
    ['AI SDK', [{ type: 'tool-call', toolCallId: 'c1', toolName: 'f', input: { a: 1 } }, { type: 'tool-result', toolCallId: 'c1', toolName: 'f', output: { type: 'error-text', value: 'no' } }, { type: 'file', mediaType: 'application/pdf', filename: 'a.pdf', url: 'https://x.example/a.pdf' }],
      [call, result('no', true), { type: 'file', mime: 'application/pdf', name: 'a.pdf', url: 'https://x.example/a.pdf', bytes: null }]],
    ['AI SDK, in a window', [{ type: 'step-start' }, { type: 'tool-f', toolCallId: 'c1', state: 'output-available', input: { a: 1 }, output: 'yes' }, { type: 'tool-invocation', toolInvocation: { state: 'result', toolCallId: 'c1', toolName: 'f', args: { a: 1 }, result: 'yes' } }], [call, result('yes'), call, result('yes')]],
    ['opencode', [{ type: 'tool', callID: 'c1', tool: 'f', state: { status: 'error', input: { a: 1 }, error: 'no', time: { start: 1, end: 2 } } }, { type: 'step-finish', reason: 'stop', cost: 0.1, tokens: { input: 1 } }], [call, result('no', true)]],
    ['goose', [{ type: 'toolRequest', id: 'c1', toolCall: { status: 'success', value: { name: 'f', arguments: { a: 1 } } } }, { type: 'toolResponse', id: 'c1', toolResult: { status: 'error', error: 'no' } }], [call, result('no', true, null)]],
    ['crush', [{ type: 'text', data: { text: 'so' } }, { type: 'tool_call', data: { id: 'c1', name: 'f', input: '{"a":1}', finished: true } }, { type: 'tool_result', data: { tool_call_id: 'c1', name: 'f', content: 'yes', is_error: false } }, { type: 'binary', data: { Path: 'a.png', MIMEType: 'image/png', Data: 'AAAA' } }, { type: 'finish', data: { reason: 'error', time: 1, message: 'broke' } }],
      [{ type: 'text', text: 'so', format: 'markdown' }, call, result('yes'), { type: 'image', mime: 'image/png', name: 'a.png', url: null, data: png }, { type: 'error', text: 'broke' }]],
    ['Gemini', { role: 'model', parts: [{ text: 'so' }, { functionCall: { name: 'f', args: { a: 1 } } }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] }, [{ type: 'text', text: 'so', format: 'markdown' }, { ...call, callId: null }, { type: 'image', mime: 'image/png', name: null, url: null, data: png }]],
    ['nobody', [{ type: 'hologram', x: 'y' }], [{ type: 'json', text: '{"type":"hologram","x":"y"}' }]],
  ])('%s', (_, value, expected) => {
    expect(blocks(value)).toEqual(expected);
  });

  test('numbers keep their digits, whatever a double makes of them', () => {
    expect(partsOf('[{"type":"tool_use","id":"c1","name":"f","input":{"n":12345678901234567890,"x":1.50}}]', 'blocks', 'assistant')).toEqual([{ ...call, arguments: '{"n":12345678901234567890,"x":1.50}' }]);
  });

  test('bytes above 256 KB stay in the source', () => {
    const [large, small] = [300 * 1024, 100].map((length) => blocks([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(length * 4 / 3) } }])[0]);
    expect(large).toMatchObject({ type: 'image', data: null });
    expect(small).toMatchObject({ type: 'image', data: expect.stringContaining('data:image/png') });
    expect(blocks([{ type: 'file', mediaType: 'text/csv', url: `data:text/csv;base64,${'A'.repeat(400)}` }])).toEqual([{ type: 'file', mime: 'text/csv', name: null, url: null, bytes: 300 }]);
  });

  test('what a known block holds besides is shown as well', () => {
    expect(blocks([{ type: 'text', text: 'a', annotations: [{ url: 'https://x.example' }] }])).toEqual([{ type: 'text', text: 'a', format: 'markdown' }, { type: 'json', text: '{"annotations":[{"url":"https://x.example"}]}' }]);
  });
});

describe('errors', () => {
  test.each<[string | null, Part[]]>([
    [null, []], ['false', []], ['null', []], ['{}', []], ['broke', [{ type: 'error', text: 'broke' }]], ['"broke"', [{ type: 'error', text: 'broke' }]], ['{"content":"broke"}', [{ type: 'error', text: 'broke' }]],
    ['{"name":"UnknownError","data":{"message":"broke"}}', [{ type: 'error', text: 'broke' }, { type: 'json', text: '{"name":"UnknownError"}' }]], ['{"code":429}', [{ type: 'error', text: '{"code":429}' }]],
  ])('%s', (text, expected) => expect(errorOf(text)).toEqual(expected));
});

/** Names that blocks have, so that random ones are often of a known shape. */
const key = fc.constantFrom('type', 'text', 'content', 'data', 'name', 'input', 'output', 'arguments', 'state', 'error', 'role', 'parts', 'tool_calls', 'function', 'source', 'url', 'value', 'toolCall', 'toolResult', 'result', 'summary', 'message', 'mimeType', 'filename', 'thinking', 'other', '__proto__', 'constructor', 'toString');
const type = fc.constantFrom('text', 'reasoning', 'tool_use', 'tool_result', 'tool-call', 'tool-result', 'tool', 'tool-x', 'tool-invocation', 'toolRequest', 'toolResponse', 'image', 'image_url', 'file', 'error', 'finish', 'message', 'function_call', 'function_call_output', 'source-url', 'binary', 'refusal', 'retry', 'constructor', '__proto__', 'toString');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 5, depthSize: 'small' }, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), type, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'), { maxKeys: 5 }), fc.tuple(type, fc.dictionary(key, tie('tree'), { maxKeys: 5 })).map(([is, rest]) => ({ ...rest, type: is }))),
}));

describe(`whatever comes (seed ${seed})`, () => {
  const options = { seed, numRuns: Number(process.env['RUNS'] ?? 1500) };
  test('never throws, and gives parts of the model', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), tree.map((value) => JSON.stringify(value))), fc.constantFrom('auto' as const, 'text' as const, 'markdown' as const, 'blocks' as const), fc.string(), (text, as, role) => {
      for (const part of [...partsOf(text, as, role), ...errorOf(text)]) partSchema.parse(part);
    }), options);
  });

  test('every marked word comes out somewhere', () => {
    // Words that stand where a name or a text may stand; marks of programs (ids, types, states) are not words.
    let words = 0;
    const marked = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(marked);
      if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, (name === 'type' || name === 'state' || name === 'role') && typeof inner === 'string' ? inner : marked(inner)]));
      return typeof value === 'string' ? `word${(words += 1)}.` : value;
    };
    fc.assert(fc.property(fc.array(tree, { maxLength: 3 }), (value) => {
      words = 0;
      const text = JSON.stringify(marked(value));
      const shown = partsOf(text, 'blocks', 'assistant').flatMap((part) => [...textsOf(part), part.type === 'image' ? (part.data ?? '') : '', 'mime' in part ? (part.mime ?? '') : '', 'callId' in part ? (part.callId ?? '') : '']).join('\n');
      for (let word = 1; word <= words; word += 1) expect(shown, `${text} → ${shown}`).toContain(`word${word}.`);
    }), options);
  });

  test('deep and long inputs', () => {
    for (const text of [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, `${'{"content":['.repeat(2000)}"x"${']}'.repeat(2000)}`, '[1'.repeat(1000)]) expect(() => partsOf(text, 'blocks', 'user')).not.toThrow();
    expect(parseJson('{"a":')).toBeUndefined();
  });
});

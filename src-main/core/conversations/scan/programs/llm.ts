import type { Part } from '../../../../../shared/model/conversation.ts';
import { mediaPart, toolCall } from '../../parts/index.ts';
import { cellText, type Row } from '../cells.ts';
import type { Program, ScanContext } from '../program.ts';
import { openRow } from '../read-row.ts';
import type { RowReader } from '../row-source.ts';
import { rowsBeside } from './lookup.ts';

const text = (row: Row, column: string): string | null => cellText(row[column]);

/** Attachments by their id: bytes within the database, or a path or an address outside of it. */
export async function attachments(context: ScanContext, reader: RowReader, ids: readonly string[]): Promise<ReadonlyMap<string, Part>> {
  const rows = await rowsBeside(context, reader, 'attachments', 'id', ['type', 'path', 'url', 'content'], ids);
  return new Map([...rows].flatMap(([id, [row]]) => {
    if (row === undefined) return [];
    const mime = text(row, 'type');
    const { content } = row;
    const url = content instanceof Uint8Array ? `data:${mime ?? 'application/octet-stream'};base64,${Buffer.from(content).toString('base64')}` : (text(row, 'url') ?? text(row, 'path'));
    return [[id, mediaPart({ mime, name: text(row, 'path'), url })] as const];
  }));
}

async function linked(context: ScanContext, reader: RowReader, table: string, link: string, keys: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await rowsBeside(context, reader, table, 'response_id', [link, 'order'], keys, ['order']);
  return new Map([...rows].map(([key, list]) => [key, list.flatMap((row) => text(row, link) ?? [])]));
}

/** Tool calls, results, attachments and fragments stand in tables of their own; reasoning in a column. */
export const llm: Program = {
  columns: ['reasoning'],
  async complete(rows, context, reader) {
    const keys = rows.map(({ row }) => text(row, 'id') ?? '');
    const [calls, results, attached, prompts, systems] = [
      await rowsBeside(context, reader, 'tool_calls', 'response_id', ['name', 'arguments', 'tool_call_id', 'id'], keys, ['id']), await rowsBeside(context, reader, 'tool_results', 'response_id', ['name', 'output', 'tool_call_id', 'exception', 'id'], keys, ['id']),
      await linked(context, reader, 'prompt_attachments', 'attachment_id', keys), await linked(context, reader, 'prompt_fragments', 'fragment_id', keys), await linked(context, reader, 'system_fragments', 'fragment_id', keys),
    ];
    const files = await attachments(context, reader, [...new Set([...attached.values()].flat())]);
    const fragments = await rowsBeside(context, reader, 'fragments', 'id', ['content', 'source'], [...new Set([...prompts.values(), ...systems.values()].flat())]);
    const fragmentParts = (ids: readonly string[] | undefined): Part[] => (ids ?? []).flatMap((id) => (fragments.get(id) ?? []).map((row): Part => ({ type: 'text', text: text(row, 'content') ?? '', format: 'plain' })));
    for (const { row, messages } of rows) {
      const key = text(row, 'id') ?? '';
      const called = (calls.get(key) ?? []).map((call) => toolCall(text(call, 'name'), text(call, 'tool_call_id'), text(call, 'arguments')));
      // Results answer the calls of the response before: they came with this prompt.
      const given = (results.get(key) ?? []).map((result): Part => ({ type: 'tool-result', name: text(result, 'name'), callId: text(result, 'tool_call_id'), text: [text(result, 'output'), text(result, 'exception')].filter((each) => each !== null && each !== '').join('\n'), isError: (text(result, 'exception') ?? '') !== '' }));
      const reasoning = openRow(row).text({ column: 'reasoning' });
      for (const message of messages) {
        if (message.role === 'system') message.parts = [...fragmentParts(systems.get(key)), ...message.parts];
        if (message.role === 'user') message.parts = [...fragmentParts(prompts.get(key)), ...message.parts, ...given, ...(attached.get(key) ?? []).flatMap((id) => files.get(id) ?? [])];
        if (message.role === 'assistant') message.parts = [...(reasoning === null || reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]), ...message.parts, ...called];
      }
    }
  },
};

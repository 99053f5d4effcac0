import type { Part } from '../../../../../shared/model/conversation.ts';
import { isRecord, isSaying, jsonText, numberOf, readValue } from '../../parts/index.ts';
import type { Program } from '../program.ts';
import { openRow, type DraftMessage } from '../read-row.ts';

/** What a message of Open WebUI shows besides its words: files, and what the answer rests on. */
export function webuiExtras(fields: { readonly files?: unknown; readonly sources?: unknown; readonly embeds?: unknown }): Part[] {
  const files = Array.isArray(fields.files) ? fields.files.flatMap((file: unknown) => readValue(isRecord(file) && file['type'] !== 'image' ? { ...file, type: 'file' } : file, 'plain')) : [];
  const more = Object.entries({ sources: fields.sources, embeds: fields.embeds }).filter(([, value]) => isSaying(value));
  return [...files, ...(more.length === 0 ? [] : [{ type: 'json' as const, text: jsonText(Object.fromEntries(more)) }])];
}

export function applyUsage(message: DraftMessage, usage: unknown): void {
  if (!isRecord(usage)) return;
  message.inputTokens ??= numberOf(usage['input_tokens'] ?? usage['prompt_tokens'] ?? usage['prompt_eval_count']);
  message.outputTokens ??= numberOf(usage['output_tokens'] ?? usage['completion_tokens'] ?? usage['eval_count']);
}

/** Chats that have no rows in `chat_message` are read from their JSON. */
export const openWebui: Program = {
  columns: ['files', 'sources', 'embeds', 'usage', 'chat_id'],
  document: 'chat',
  complete(rows) {
    for (const { row, messages } of rows) {
      const open = openRow(row);
      for (const message of messages) {
        message.parts = [...message.parts, ...webuiExtras({ files: open.json('files'), sources: open.json('sources'), embeds: open.json('embeds') })];
        applyUsage(message, open.json('usage'));
        // The row's id is `chat-message`, its parent only the message's.
        if (message.parent !== null) message.parent = `${message.conversation}-${message.parent}`;
      }
    }
    return Promise.resolve();
  },
};

import type { AdapterName } from '../../../../shared/model/conversation-mapping.ts';
import type { SampleValue } from '../../sample/store.ts';
import type { SampleConversation, SampleMetric } from './chats.ts';

export type SampleDialect = 'sqlite' | 'postgres';
export type SampleRow = readonly [table: string, row: Readonly<Record<string, SampleValue>>];

/** How one program writes conversations: its own tables, as its published sources declare them, and the rows of a conversation. */
export interface SampleProgram {
  readonly adapter: AdapterName;
  /** Tables; a program without an entry does not run on that database. */
  readonly schema: Readonly<Partial<Record<SampleDialect, string>>>;
  /** Rows that are there once, before all others. */
  readonly first?: readonly SampleRow[];
  rows(conversation: SampleConversation): Iterable<SampleRow>;
  metric?(metric: SampleMetric): SampleRow;
}

export const json = (value: unknown): string => JSON.stringify(value);
export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
/** `2024-12-20 18:00:00`, as SQLite's CURRENT_TIMESTAMP writes it. */
export const sqliteTime = (milliseconds: number): string => iso(milliseconds).slice(0, 19).replace('T', ' ');
export const seconds = (milliseconds: number): bigint => BigInt(Math.floor(milliseconds / 1000));
/** Base64 of a data: URL. */
export const base64Of = (dataUrl: string): string => dataUrl.slice(dataUrl.indexOf(',') + 1);
export const total = (conversation: SampleConversation, count: 'inputTokens' | 'outputTokens'): bigint => BigInt(conversation.messages.reduce((sum, message) => sum + (message[count] ?? 0), 0));

/**
 * Databases of chat programs, made in code: the same conversations written as each program writes them.
 *
 * chats: conversations before any program wrote them, equal for equal options. program: one program's tables and rows.
 */
export { sampleChats, sampleMetrics } from './chats.ts';
export type { SampleChatOptions, SampleConversation, SampleEvent, SampleMessage, SampleMetric, SampleTask, SampleTool } from './chats.ts';
export { personal, personalKinds } from './personal.ts';
export { sampleAdapters } from './programs/index.ts';
export { isThreadless } from './programs/web-chats.ts';
export { sampleStatements, writeSampleSqlite } from './write.ts';
export type { SampleDatabaseOptions } from './write.ts';

/**
 * export: what a search, a filtered list or one conversation holds, as a file. record: a conversation, message, task or event. writer: one format.
 */
export { exportConversations, type ExportRequest } from './export-conversations.ts';
export { createExportedFiles, type ExportedFiles } from './exported-files.ts';

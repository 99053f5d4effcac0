import type { Statistics } from '../../../shared/model/conversation.ts';

/** Of no message at all. */
export const noStatistics: Statistics = { conversations: 0, messages: 0, estimated: false, atLeast: { conversations: false, parts: false }, operationsOf: 'found' as const, inputTokens: null, outputTokens: null, days: [], roles: [], models: [], users: [], operations: [] };

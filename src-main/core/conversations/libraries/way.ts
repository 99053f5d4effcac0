import type { Library, Mapping } from '../../../../shared/model/conversation-mapping.ts';

/**
 * Which way a library is read. Directly only where a row of a server is a message and says all there is to it; every other program
 * keeps more than its rows say, and is read from the console's own copy.
 */
export function wayOf(kind: Library['kind'], { adapter, conversations, messages, parts }: Mapping): Library['way'] {
  if (kind === 'replica') return 'direct';
  const plain = (adapter === 'four-table' || adapter === 'generic') && conversations !== undefined && conversations.document === undefined && messages !== undefined && messages.exchange === undefined && messages.conversationWith === undefined && parts === undefined;
  return kind === 'postgres' && plain ? 'direct' : 'cached';
}

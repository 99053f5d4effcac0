import type { Message, Part } from '../../../../shared/model/conversation.ts';

/** Where a tool was called and where it answered, by the id of the call. */
export interface ToolPair {
  readonly name: string | null;
  readonly call: string | null;
  readonly result: string | null;
}

export type ToolPairs = ReadonlyMap<string, ToolPair>;

export function pairsOf(messages: readonly Message[]): ToolPairs {
  const pairs = new Map<string, ToolPair>();
  for (const message of messages) {
    for (const part of message.parts) {
      if ((part.type !== 'tool-call' && part.type !== 'tool-result') || part.callId === null) continue;
      const before = pairs.get(part.callId) ?? { name: null, call: null, result: null };
      pairs.set(part.callId, part.type === 'tool-call' ? { ...before, name: part.name, call: message.key } : { ...before, name: before.name ?? part.name, result: message.key });
    }
  }
  return pairs;
}

export function usesTools(message: Message): boolean {
  return message.parts.some((part) => part.type === 'tool-call' || part.type === 'tool-result');
}

/** What a message shows, one thing after another: a call and its result in the same message are one. */
export type Shown = { readonly kind: 'part'; readonly part: Exclude<Part, { type: 'tool-call' }> } | { readonly kind: 'tool'; readonly call: Extract<Part, { type: 'tool-call' }>; readonly result: Extract<Part, { type: 'tool-result' }> | null };

export function shownOf(parts: readonly Part[]): readonly Shown[] {
  const results = new Map<string, Extract<Part, { type: 'tool-result' }>>();
  for (const part of parts) if (part.type === 'tool-result' && part.callId !== null) results.set(part.callId, part);
  const paired = new Set<Part>();
  const shown: Shown[] = [];
  for (const part of parts) {
    if (part.type === 'tool-call') {
      const result = part.callId === null ? null : (results.get(part.callId) ?? null);
      if (result) paired.add(result);
      shown.push({ kind: 'tool', call: part, result });
    } else if (!paired.has(part)) shown.push({ kind: 'part', part });
  }
  // A result that stood before its call was taken by it meanwhile.
  return shown.filter((each) => each.kind === 'tool' || !paired.has(each.part));
}

/** The words of a message as plain text, for copying. */
export function textOf(message: Message): string {
  return message.parts
    .map((part) => {
      switch (part.type) {
        case 'tool-call':
          return `${part.name}(${part.arguments})`;
        case 'image':
        case 'file':
          return `[${part.name ?? part.url ?? part.mime ?? part.type}]`;
        default:
          return part.text;
      }
    })
    .join('\n\n');
}

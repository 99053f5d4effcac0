/** Messages of PostgreSQL's wire protocol (manual 54.7), as far as a server in front of PGlite reads and makes them. */
export interface WireMessage {
  readonly type: string;
  /** The whole message, type and length included. */
  readonly bytes: Buffer;
}

/** Takes a stream of bytes apart into whole messages. The first message of a connection has no type; its type is ''. */
export function createMessageReader(): (chunk: Buffer, typed: boolean) => WireMessage | null {
  let held: Buffer[] = [];
  let size = 0;
  return (chunk, typed) => {
    if (chunk.length > 0) {
      held.push(chunk);
      size += chunk.length;
    }
    const head = typed ? 5 : 4;
    if (size < head) return null;
    const [first] = held;
    if (first === undefined) return null;
    let all = first;
    if (first.length < head) {
      all = Buffer.concat(held);
      held = [all];
    }
    const length = all.readUInt32BE(typed ? 1 : 0) + (typed ? 1 : 0);
    if (size < length) return null;
    if (all.length < length) all = Buffer.concat(held);
    const rest = all.length === size ? all.subarray(length) : Buffer.concat(held).subarray(length);
    held = rest.length === 0 ? [] : [rest];
    size = rest.length;
    return { type: typed ? all.toString('latin1', 0, 1) : '', bytes: all.subarray(0, length) };
  };
}

export function message(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

export function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value | 0);
  return buffer;
}

export const text = (value: string): Buffer => Buffer.from(`${value}\0`, 'utf8');

/** An error as the server would send it. */
export function errorMessage(severity: 'ERROR' | 'FATAL', code: string, words: string): Buffer {
  return message('E', Buffer.from('S'), text(severity), Buffer.from('V'), text(severity), Buffer.from('C'), text(code), Buffer.from('M'), text(words), Buffer.from([0]));
}

/** Splits an answer of PGlite. */
export function* messagesOf(answer: Uint8Array): Generator<WireMessage> {
  const all = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
  for (let at = 0; at < all.length; ) {
    const end = at + 1 + all.readUInt32BE(at + 1);
    yield { type: all.toString('latin1', at, at + 1), bytes: all.subarray(at, end) };
    at = end;
  }
}

import type { ValueCodec } from './codec.ts';

const form = /^(?:urn:uuid:)?(?:([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})|([0-9a-f]{32}))$/i;

/** uuid: with or without hyphens, in braces, as `urn:uuid:`, in any case, or as a 16-byte blob (RFC 9562, section 4; manual 8.12). */
export function uuidCodec(): ValueCodec {
  const scratch = new Uint8Array(16);
  return {
    write: (value, out) => {
      if (typeof value === 'object' && value.length === 16) {
        out.bytes(value);
        return undefined;
      }
      if (typeof value !== 'string' || value.length > 45) return 'NOT_A_UUID';
      const match = form.exec(value.startsWith('{') && value.endsWith('}') ? value.slice(1, -1) : value);
      if (match === null) return 'NOT_A_UUID';
      const hex = match[6] ?? match.slice(1, 6).join('');
      for (let at = 0; at < 16; at += 1) scratch[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
      out.bytes(scratch);
      return undefined;
    },
  };
}

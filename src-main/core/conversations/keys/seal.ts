import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * A text sealed and opened again. Equal texts give equal seals, so that a sealed key is as stable as the key; without the secret a seal tells no
 * more than about how long the text is.
 */
export interface Seal {
  /** Names the secret without telling it: what was sealed with another one is told apart. */
  readonly id: string;
  seal(text: string): string;
  /** null for what is no seal of this secret. */
  open(sealed: string): string | null;
}

const prefix = 'k~';
const shape = /^k~(?:[a-p]{2}){20,}$/;
const ivBytes = 12;
/** Texts of a similar length look alike. */
const block = 8;
const a = 0x61;

/** Letters only: in them nobody finds a number or a token, so that masking leaves a sealed key as it is. */
function toLetters(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').replaceAll(/./g, (digit) => String.fromCharCode(a + Number.parseInt(digit, 16)));
}

function fromLetters(letters: string): Buffer {
  return Buffer.from(letters.replaceAll(/./g, (letter) => (letter.charCodeAt(0) - a).toString(16)), 'hex');
}

function padded(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const whole = Buffer.alloc((Math.floor(bytes.length / block) + 1) * block);
  bytes.copy(whole);
  whole[bytes.length] = 0x80;
  return whole;
}

/**
 * A synthetic initialisation vector (RFC 5297, section 2.6, with HMAC-SHA-256 in place of S2V): the vector is a keyed hash of the text, and proves it
 * when it is opened. Keys for both come from the secret by HKDF (RFC 5869).
 */
export function createSeal(secret: Uint8Array): Seal {
  const derive = (what: string, length: number): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `travessia conversation keys: ${what}`, length));
  const [proof, cipher] = [derive('proof', 32), derive('cipher', 32)];
  const vectorOf = (text: Uint8Array): Buffer => createHmac('sha256', proof).update(text).digest().subarray(0, ivBytes);
  const counter = (vector: Uint8Array): Buffer => Buffer.concat([vector, Buffer.alloc(16 - ivBytes)]);
  return {
    id: derive('id', 8).toString('hex'),
    seal(text) {
      const plain = padded(text);
      const vector = vectorOf(plain);
      const encrypt = createCipheriv('aes-256-ctr', cipher, counter(vector));
      return `${prefix}${toLetters(Buffer.concat([vector, encrypt.update(plain), encrypt.final()]))}`;
    },
    open(sealed) {
      if (!shape.test(sealed)) return null;
      const bytes = fromLetters(sealed.slice(prefix.length));
      const vector = bytes.subarray(0, ivBytes);
      const decrypt = createDecipheriv('aes-256-ctr', cipher, counter(vector));
      const plain = Buffer.concat([decrypt.update(bytes.subarray(ivBytes)), decrypt.final()]);
      const end = plain.lastIndexOf(0x80);
      return end >= 0 && timingSafeEqual(vectorOf(plain), vector) ? plain.subarray(0, end).toString('utf8') : null;
    },
  };
}

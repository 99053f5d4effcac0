import { isKeyOfOther } from './bare-phones.ts';
import type { MaskKind } from './spans.ts';
import { markOf } from './spans.ts';

export interface Masked {
  readonly text: string;
  /** Kinds of what was hidden, in order, one for each place. */
  readonly found: readonly MaskKind[];
}

/** Keys whose value is personal whatever it looks like: a number kept in pieces shows no form of its own. */
const keys: readonly (readonly [RegExp, MaskKind])[] = [
  [/(?:password|passwd|pwd|senha|passphrase|passcode|secret|apikey|accesskey|secretkey|privatekey|credential|credentials|authorization|cookie|setcookie|cvv2?|cvc2?|pin|securitycode|codigo(?:de)?seguranca)$/, 'token'],
  [/^(?:access|auth|refresh|session|bearer|api|csrf|id)?token$/, 'token'],
  [/(?:phone|telefone|telephone|fone|celular|mobile|whatsapp|fax|msisdn)(?:number|numero|no)?$|^(?:ddd|areacode|phonearea|tel|cel)$/, 'phone'],
  [/(?:^|user|customer|cliente|tax)cpf(?:number|numero)?$/, 'cpf'], [/cnpj(?:number|numero)?$/, 'cnpj'], [/^(?:ssn|socialsecurity(?:number)?)$/, 'ssn'], [/^(?:nhs(?:number)?)$/, 'nhs'], [/^rg$/, 'rg'],
  [/^(?:iban|accountiban)$/, 'iban'], [/(?:cardnumber|creditcard|debitcard|numerocartao|cartao|^pan|^cardno)$/, 'card'], [/^(?:e?mail|emailaddress|mailto|emailuser|emaildomain|useremail)$/, 'email'],
  [/^(?:ip|ipaddress|remoteaddr|clientip|remoteip|xforwardedfor)$/, 'ip'],
];

/** `key` is masked, so that what was masked once says the same: what is hidden in it stands for a value, and says nothing of its own. */
function kindOfKey(key: string): MaskKind | null {
  const plain = key.replaceAll(/⟨[a-z]{2,8}⟩/g, '0').normalize('NFD').replaceAll(/[^A-Za-z\d]/g, '').toLowerCase();
  return keys.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

interface Frame {
  readonly isObject: boolean;
  /** Said by a key around it. */
  readonly kind: MaskKind | null;
  /** `{"name": "password", "value": …}`: what the name said. */
  named: MaskKind | null;
  /** Of an array that of the object around it. */
  key: string | null;
  isKey: boolean;
}

/**
 * JSON with its strings, keys and numbers masked; a number becomes a string. Everything else stays as it was written, byte for byte.
 *
 * @param maskString what masks a text
 * @returns null where the text is not JSON
 */
export function maskJsonWith(text: string, maskString: (text: string) => Masked): Masked | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const found: MaskKind[] = [];
  const pieces: string[] = [];
  const stack: Frame[] = [];
  let done = 0;
  const put = (from: number, to: number, value: string): void => {
    pieces.push(text.slice(done, from), value);
    done = to;
  };
  const hide = (from: number, to: number, kind: MaskKind): void => {
    found.push(kind);
    put(from, to, JSON.stringify(markOf(kind)));
  };
  /** What is a telephone by its digits alone is none where its key says so. */
  const maskValue = (value: string, key: string | null): Masked => {
    if (key !== null && /^\d{11,12}$/.test(value) && isKeyOfOther(key)) {
      const said = `id: ${value}`;
      if (maskString(said).text === said) return { text: value, found: [] };
    }
    return maskString(value);
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const frame = stack.at(-1);
    if (character === '{' || character === '[') {
      stack.push({ isObject: character === '{', kind: valueKind(frame), named: null, key: character === '[' ? (frame?.key ?? null) : null, isKey: character === '{' });
    } else if (character === '}' || character === ']') {
      stack.pop();
    } else if (character === ',') {
      if (frame?.isObject === true) frame.isKey = true;
    } else if (character === '"') {
      const end = stringEnd(text, at);
      const literal = text.slice(at, end);
      const value = String(JSON.parse(literal));
      const isKey = frame?.isObject === true && frame.isKey;
      const masked = isKey ? maskString(value) : maskValue(value, frame?.key ?? null);
      if (isKey) {
        frame.isKey = false;
        frame.key = masked.text;
        if (masked.text !== value) put(at, end, JSON.stringify(masked.text));
        found.push(...masked.found);
      } else {
        const kind = valueKind(frame);
        if (frame?.isObject === true && frame.key !== null && /^(?:name|key|header|field|label|type|n)$/i.test(frame.key)) frame.named = kindOfKey(masked.text);
        if (kind !== null && value !== '' && !/^⟨[a-z]{2,8}⟩$/.test(value) && (kind === 'token' || /[\p{Nd}@]/u.test(value) || kind === 'email')) hide(at, end, kind);
        else if (masked.text !== value) {
          put(at, end, JSON.stringify(masked.text));
          found.push(...masked.found);
        }
      }
      at = end - 1;
    } else if (character === '-' || (character >= '0' && character <= '9')) {
      const end = numberEnd(text, at);
      const literal = text.slice(at, end);
      const kind = valueKind(frame) ?? (/^\d{8,}$/.test(literal) ? (maskValue(literal, frame?.key ?? null).found[0] ?? null) : null);
      if (kind !== null) hide(at, end, kind);
      at = end - 1;
    }
  }
  return found.length === 0 ? { text, found } : { text: pieces.join('') + text.slice(done), found };
}

function valueKind(frame: Frame | undefined): MaskKind | null {
  if (frame === undefined) return null;
  if (frame.kind !== null || !frame.isObject || frame.key === null) return frame.kind;
  return kindOfKey(frame.key) ?? (/^(?:value|content|data|v)$/i.test(frame.key) ? frame.named : null);
}

/** After the closing quote of the string that begins at `start`; the text is known to be JSON. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return end + 1;
  }
  return text.length;
}

function numberEnd(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && /[\d.eE+-]/.test(text[end] ?? '')) end += 1;
  return end;
}

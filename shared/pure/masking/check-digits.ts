/** Check digits of the numbers that carry them. All take digits without separators. */

/** ISO/IEC 7812-1, annex B. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, twice = false; at >= 0; at -= 1, twice = !twice) {
    const value = digits.charCodeAt(at) - 48;
    sum += twice ? (value > 4 ? value * 2 - 9 : value * 2) : value;
  }
  return sum % 10 === 0;
}

const areSame = (digits: string): boolean => digits === (digits[0] ?? '').repeat(digits.length);

/** Receita Federal, módulo 11: `2` for CPF goes up to 11, for CNPJ round from 9 to 2. A letter counts as its ASCII code less 48 (IN RFB 2.229/2024). */
function modulo11(text: string, highest: number): string {
  let sum = 0;
  for (let at = text.length - 1, weight = 2; at >= 0; at -= 1, weight = weight === highest ? 2 : weight + 1) sum += (text.charCodeAt(at) - 48) * weight;
  return String(sum % 11 < 2 ? 0 : 11 - (sum % 11));
}

export function cpfDigits(nine: string): string {
  const first = modulo11(nine, 11);
  return first + modulo11(nine + first, 11);
}

export function cnpjDigits(twelve: string): string {
  const first = modulo11(twelve, 9);
  return first + modulo11(twelve + first, 9);
}

export function isCpf(digits: string): boolean {
  return digits.length === 11 && !areSame(digits) && cpfDigits(digits.slice(0, 9)) === digits.slice(9);
}

/** Numeric, or the alphanumeric one of July 2026, in capitals. */
export function isCnpj(text: string): boolean {
  return text.length === 14 && !areSame(text) && cnpjDigits(text.slice(0, 12)) === text.slice(12);
}

/** NHS number: weights 10 to 2, modulo 11 (NHS Data Dictionary). */
export function isNhs(digits: string): boolean {
  if (digits.length !== 10 || areSame(digits)) return false;
  let sum = 0;
  for (let at = 0; at < 9; at += 1) sum += (digits.charCodeAt(at) - 48) * (10 - at);
  const check = 11 - (sum % 11);
  return check !== 10 && check % 11 === digits.charCodeAt(9) - 48;
}

/** Lengths of the SWIFT IBAN registry. */
const ibanLengths: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DJ: 27, DK: 18, DO: 28, EE: 20, EG: 29, ES: 24, FI: 18, FK: 18,
  FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20, LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21,
  LY: 25, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29, PT: 25, QA: 29, RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24,
  SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20, YE: 30,
};

/** Length of the IBANs of a country; undefined where it has none. */
export function ibanLength(country: string): number | undefined {
  return Object.hasOwn(ibanLengths, country) ? ibanLengths[country] : undefined;
}

/** ISO 13616: modulo 97 of the number with its first four characters moved to the end, letters as 10 to 35. */
export function isIban(text: string): boolean {
  const upper = text.toUpperCase();
  let rest = 0;
  for (const character of upper.slice(4) + upper.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return false;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1 && upper.length === ibanLength(upper.slice(0, 2));
}

/** Issuer ranges with their lengths; a number outside of them is no card, whatever its check digit (a time in milliseconds begins with 1). */
const issuers: readonly (readonly [RegExp, readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(36|38|39|30[0-5]|3095)/, [14, 16, 19]],
  [/^(6011|64[4-9]|65|62|81)/, [16, 17, 18, 19]],
  [/^35(2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(50|5[6-9]|6[0-9])/, [13, 14, 15, 16, 17, 18, 19]],
  [/^220[0-4]/, [16, 17, 18, 19]],
];

export function isCard(digits: string): boolean {
  return digits.length >= 13 && digits.length <= 19 && isLuhn(digits) && issuers.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits));
}

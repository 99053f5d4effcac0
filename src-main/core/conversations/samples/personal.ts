import type { Random } from '../../sample/random.ts';

/** Made-up personal data that passes every check a real one passes, so that masking can be tried on it. All of it is invented at random. */
export const personalKinds = ['email', 'phone', 'cpf', 'cnpj', 'card', 'token', 'iban', 'ip'] as const;
export type PersonalKind = (typeof personalKinds)[number];

const names = ['ana.souza', 'joao.lima', 'conceicao', 'marta_reis', 'peter.smith', 'zoe.mueller', 'ines.araujo', 'luis+loja'] as const;
const domains = ['example.com', 'exemplo.com.br', 'mail.example.org', 'empresa.example'] as const;

const digits = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.int(0, 9));

function modulo11(numbers: readonly number[], weights: readonly number[]): number {
  const rest = numbers.reduce((sum, digit, index) => sum + digit * (weights[index] ?? 0), 0) % 11;
  return rest < 2 ? 0 : 11 - rest;
}

/** Brazilian personal number with its two check digits; written with or without dots. */
export function cpf(random: Random): string {
  const base = [random.int(1, 8), ...digits(random, 8)];
  const first = modulo11(base, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const all = [...base, first, modulo11([...base, first], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])].join('');
  return random.chance(0.7) ? `${all.slice(0, 3)}.${all.slice(3, 6)}.${all.slice(6, 9)}-${all.slice(9)}` : all;
}

/** Brazilian company number with its two check digits. */
export function cnpj(random: Random): string {
  const base = [random.int(1, 9), ...digits(random, 7), 0, 0, 0, 1];
  const weights = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  const first = modulo11(base, weights.slice(1));
  const all = [...base, first, modulo11([...base, first], weights)].join('');
  return random.chance(0.7) ? `${all.slice(0, 2)}.${all.slice(2, 5)}.${all.slice(5, 8)}/${all.slice(8, 12)}-${all.slice(12)}` : all;
}

/** Sixteen digits that pass Luhn's check. */
export function card(random: Random): string {
  const base = [4, ...digits(random, 14)];
  const sum = base.reduce((total, digit, index) => {
    const weighted = index % 2 === 0 ? digit * 2 : digit;
    return total + (weighted > 9 ? weighted - 9 : weighted);
  }, 0);
  const all = [...base, (10 - (sum % 10)) % 10].join('');
  return random.pick([all, all.replaceAll(/(\d{4})(?=\d)/g, '$1 '), all.replaceAll(/(\d{4})(?=\d)/g, '$1-')]);
}

/** German and Portuguese account numbers with ISO 7064 check digits. */
export function iban(random: Random): string {
  const [country, length] = random.pick([['DE', 18], ['PT', 21]] as const);
  const account = digits(random, length).join('');
  const numeric = `${account}${[...country].map((letter) => letter.charCodeAt(0) - 55).join('')}00`;
  const check = 98n - (BigInt(numeric) % 97n);
  return `${country}${String(check).padStart(2, '0')}${account}`;
}

const base62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const letters = (random: Random, count: number): string => Array.from({ length: count }, () => base62[random.int(0, 61)]).join('');

function token(random: Random): string {
  const jwt = (): string => `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: random.hex(8) })).toString('base64url')}.${letters(random, 43)}`;
  return random.pick([() => `sk-${letters(random, 48)}`, () => `ghp_${letters(random, 36)}`, () => `AKIA${letters(random, 16).toUpperCase()}`, jwt])();
}

function phone(random: Random): string {
  const local = `${random.int(6000, 9999)}-${random.int(1000, 9999)}`;
  return random.pick([`+55 11 9${local}`, `(21) 9${local}`, `+1 415-555-0${random.int(100, 199)}`, `+49 30 9${random.int(10_000_00, 99_999_99)}`, `+351 912 ${random.int(100, 999)} ${random.int(100, 999)}`]);
}

const makers: Readonly<Record<PersonalKind, (random: Random) => string>> = {
  email: (random) => `${random.pick(names)}${random.int(1, 999)}@${random.pick(domains)}`,
  phone, cpf, cnpj, card, token, iban,
  ip: (random) => (random.chance(0.8) ? `203.0.113.${random.int(1, 254)}` : `2001:db8::${random.hex(4)}:${random.hex(4)}`),
};

export function personal(random: Random, kind: PersonalKind): string {
  return makers[kind](random);
}

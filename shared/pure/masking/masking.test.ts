import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cnpjDigits, cpfDigits, isIban, isLuhn } from './check-digits.ts';
import { hasPersonalData, maskJson, maskText, splitMarks } from './index.ts';
import type { MaskKind } from './index.ts';

const masked = (text: string): string => maskText(text).text;

describe('personal data is found', () => {
  it.each<readonly [MaskKind, readonly string[]]>([
    ['email', ['ana.silva+chat@example.com.br', 'o\'brien@example.ie', '"ana silva"@example.com', 'ana@[192.0.2.10]', 'joão@exemplo.com.br', 'ANA@EXAMPLE.COM', 'ana_1@sub.example.museum', 'ana%40example.com']],
    ['phone', [
      '(11) 98765-4321', '(11)98765-4321', '11 98765-4321', '11 98765 4321', '11-98765-4321', '11.98765.4321', '(11) 9 8765-4321', '11 987654321', '(21) 3456-7890', '21 3456-7890', '011 3456-7890', '98765-4321',
      '+55 11 98765-4321', '+5511987654321', '+55 (11) 98765-4321', '55 11 98765-4321', '5511987654321', '+1 (555) 123-4567', '+1-555-123-4567', '(555) 123-4567', '555-123-4567', '555.123.4567', '1-555-123-4567',
      '+44 20 7946 0958', '07700 900123', '020 7946 0958', '+351 912 345 678', '+49 30 901820', '06 12 34 56 78', '+86 138 0013 8000',
    ]],
    ['cpf', ['529.982.247-25', '52998224725', '529982247-25', '529 982 247 25', '123.456.789-00', 'CPF: 12345678900']],
    ['cnpj', ['11.222.333/0001-81', '11222333000181', '11222333/0001-81', '12.ABC.345/01DE-35', '12ABC34501DE35', '12abc34501de35', 'cnpj 11222333000199']],
    ['card', ['4111111111111111', '4111 1111 1111 1111', '4111-1111-1111-1111', '378282246310005', '3782 822463 10005', '5555555555554444', '6011 1111 1111 1117', '30569309025904', '4222222222222', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1']],
    ['iban', ['GB82 WEST 1234 5698 7654 32', 'DE89370400440532013000', 'BR18 0036 0305 0000 1000 9795 493C 1', 'gb82west12345698765432']],
    ['ssn', ['078-05-1120', 'SSN 078051120']],
    ['nhs', ['943 476 5919', 'NHS number: 9434765919']],
    ['ip', ['203.0.113.77', '192.168.0.15', '2001:db8::ff00:42:8329', '2001:0db8:85a3:0000:0000:8a2e:0370:7334', '::ffff:192.168.0.15']],
    ['pis', ['120.12345.67-8']],
    ['rg', ['12.345.678-9', '12.345.678-X']],
    ['token', [
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U', `sk-proj-${'a1B2'.repeat(8)}`, `ghp_${'x9Yz'.repeat(9)}`, 'AKIAIOSFODNN7EXAMPLE', `xoxb-${'123456789012'}-abcDEF`,
      'd41d8cd98f00b204e9800998ecf8427e', 'qL8xZt2Vb9Rw4Ns7Yk1Mf6Hd3Gc5Jp0TaUe', '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----',
    ]],
  ])('%s', (kind, values) => {
    for (const value of values) {
      expect(maskText(value).found, value).toContain(kind);
      expect(masked(`Please use ${value}, thanks.`).replaceAll(/⟨[a-z]+⟩/g, ''), value).not.toMatch(/\d{3}|@|BEGIN|WEST/);
    }
  });

  it.each([
    ['password=hunter2', 'password=⟨token⟩'], ['senha: s3nh4!', 'senha: ⟨token⟩'], ['{"password": "two words"', '{"password": "⟨token⟩"'], ['DB_PASSWORD=\'a b\'', 'DB_PASSWORD=\'⟨token⟩\''], ['apiKey: "abc-123"', 'apiKey: "⟨token⟩"'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer ⟨token⟩'], ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic ⟨token⟩'], ['postgres://me:p@ss@db.example.com/x', 'postgres://⟨token⟩@db.example.com/x'],
    ['https://x.example/cb?access_token=abc123&next=1', 'https://x.example/cb?access_token=⟨token⟩&next=1'], ['my password is hunter2.', 'my password is ⟨token⟩.'], ['a minha senha é Abc#123', 'a minha senha é ⟨token⟩'], ['\\"password\\":\\"hunter2\\"', '\\"password\\":\\"⟨token⟩\\"'],
    ['host=h password=hunter2 dbname=d', 'host=h password=⟨token⟩ dbname=d'],
  ])('%s', (text, expected) => expect(masked(text)).toBe(expected));

  it('in digits of other scripts, full width and with invisible characters inside', () => {
    expect(masked('（１１） ９８７６５－４３２１')).not.toMatch(/[０-９]/);
    expect(masked('٥٢٩.٩٨٢.٢٤٧-٢٥')).toBe('⟨cpf⟩');
    expect(masked('५२९९८२२४७२५')).toBe('⟨cpf⟩');
    expect(masked('ana@exam\u200bple.com')).toBe('⟨email⟩');
    expect(masked('4111\u00ad1111\u20601111\u200d1111')).toBe('⟨card⟩');
    expect(masked('4111\u00a01111\u20111111\u20131111')).toBe('⟨card⟩');
    expect(masked('𝟒𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏 𝟏𝟏𝟏𝟏')).toBe('⟨card⟩');
    expect(masked('ａｎａ＠ｅｘａｍｐｌｅ．ｃｏｍ')).toBe('⟨email⟩');
  });

  it('with several values in one line', () => {
    expect(masked('4111 1111 1111 1111 4111 1111 1111 1111')).toBe('⟨card⟩ ⟨card⟩');
    expect(masked('+1 555 123 4567 555 987 6543')).not.toMatch(/\d/);
    expect(masked('ana@example.com,bia@example.com;caio@example.com')).toBe('⟨email⟩,⟨email⟩;⟨email⟩');
    expect(masked('11 4111 1111 1111 1111')).toBe('11 ⟨card⟩');
  });
});

describe('what is no personal data stays', () => {
  it.each([
    'On 2024-01-15 at 10:30:00, 15/01/2024, 15.01.2024, 01/15/24 and 2024-01-15T10:30:00.123456Z.', 'Order 20240115-0001, invoice 2024/000123, ticket #123456789, PO-4500012345.', 'id 550e8400-e29b-41d4-a716-446655440000, 01HV7Z8W3K9QXJ2M4N6P8R0S2T',
    'Version 1.2.3.4, v10.0.19041, Chrome/120.0.6099.109, 3.11.4-rc1, Node 24.18.0', 'react@18.2.0, lodash@4.17.21, @types/node, hello @ana, git@github.com:org/repo.git', 'Total R$ 1.234.567,89; US$ 12,345,678.90; 98%; -23.5505199; 0.4111111111111111; 6.022e23',
    '1700000000000 and 1700000000 and 12345678901234567890 and 98765432109', '2019-2020, 1998–2003, 12 2023-2024, pages 100-200', 'At 12:30:45 or 01:02:03:04, ratio 16:9, std::vector, a::b, 127.0.0.1:5432, ::1', 'The password is correct. Forgot your password? A token of 345. Secret: patience.',
    'Rua das Flores, 123, apto 45, CEP 01310-100', 'Section 1.2.3.4 of RFC 2119, ISO 8601, UTF-8, IPv6, x86_64', 'sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'SomeVeryLongCamelCaseIdentifierNameForAClassInJava and src/features/conversations/thread/message-view.tsx',
    'tabela com 10 linhas e 200 colunas; 1 2 3 4 5 6 7 8 9 10 11 12', 'C++11, +1, 2+34567890, 10 000 000', 'max_tokens=2048, key: name, primary key=id, token: next', 'const x = arr[0] + 12345;', '⟨email⟩ and ⟨cpf⟩',
  ])('%s', (text) => expect(maskText(text)).toEqual({ text, found: [] }));
});

describe('JSON', () => {
  it('stays JSON, and what is not masked stays as it was written', () => {
    const text = '{ "to" : "ana@example.com",\n "n": 52998224725, "big": 12345678901234567890, "f": 1.50, "t": true, "esc": "a\\u0040b", "list": [1,2] }';
    const { text: result, found } = maskText(text);
    expect(result).toBe('{ "to" : "⟨email⟩",\n "n": "⟨cpf⟩", "big": 12345678901234567890, "f": 1.50, "t": true, "esc": "a\\u0040b", "list": [1,2] }');
    expect(found).toEqual(['email', 'cpf']);
    expect(maskJson(text).text).toBe(result);
  });

  it('hides values by their key where a value alone shows nothing', () => {
    expect(JSON.parse(masked('{"phone":{"ddd":11,"number":"98765","rest":4321},"password":"correct horse","tokens":12,"headers":[{"name":"Authorization","value":"abc"}],"senha":null}')))
      .toEqual({ phone: { ddd: '⟨phone⟩', number: '⟨phone⟩', rest: '⟨phone⟩' }, password: '⟨token⟩', tokens: 12, headers: [{ name: 'Authorization', value: '⟨token⟩' }], senha: null });
  });

  it('within strings, keys and escapes', () => {
    const inner = JSON.stringify({ note: 'mail ana@example.com' });
    expect(JSON.parse(JSON.parse(masked(JSON.stringify({ arguments: inner }))).arguments)).toEqual({ note: 'mail ⟨email⟩' });
    expect(masked('{"ana@example.com":1}')).toBe('{"⟨email⟩":1}');
    expect(masked('{"a":"ana\\u0040example.com"}')).toBe('{"a":"⟨email⟩"}');
    expect(masked('{"a":"x\\nana@example.com')).toBe('{"a":"x\\n⟨email⟩');
  });
});

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const cpf = digits(9).filter((nine) => !/^(\d)\1*$/.test(nine)).map((nine) => nine + cpfDigits(nine));
const card = digits(15).map((rest) => `4${rest.slice(0, 14)}`).map((head) => head + [...'0123456789'].find((digit) => isLuhn(head + digit)));
const planted = fc.oneof(
  cpf, cpf.map((each) => each.replace(/(...)(...)(...)(..)/, '$1.$2.$3-$4')),
  fc.stringMatching(/^[A-Z\d]{12}$/).map((twelve) => twelve + cnpjDigits(twelve)).map((each) => each.replace(/(..)(...)(...)(....)(..)/, '$1.$2.$3/$4-$5')),
  card, card.map((each) => each.replaceAll(/(....)(?!$)/g, '$1 ')), card.map((each) => each.replaceAll(/(....)(?!$)/g, '$1-')),
  fc.tuple(fc.constantFrom('11', '21', '85', '61'), digits(8)).map(([area, rest]) => `(${area}) 9${rest.slice(0, 4)}-${rest.slice(4)}`), digits(8).map((rest) => `+55119${rest}`),
  fc.tuple(fc.stringMatching(/^[a-z][a-z\d]{2,12}$/), fc.constantFrom('example.com', 'exemplo.com.br', 'mail.example.org')).map(([local, domain]) => `${local}@${domain}`),
  fc.stringMatching(/^[A-Za-z\d]{36}$/).map((key) => `ghp_${key}`), digits(16).map((rest) => ibanOf(`${rest}00`)),
);

function ibanOf(bban: string): string {
  for (let check = 2; check <= 98; check += 1) {
    const iban = `DE${String(check).padStart(2, '0')}${bban}`;
    if (isIban(iban)) return iban;
  }
  throw new Error('no check digits');
}

const context = fc.oneof(fc.constantFrom('', ' ', 'Please call ', 'é ', '"', '\n', ': ', '(', ') ', ' - ', ', ', '. ', '<b>', '|', 'cliente=', '、', '\t', '🙂', 'on 2024-01-15 ', '#'), fc.string({ maxLength: 12, unit: 'grapheme' }).map((text) => text.replaceAll(/[\p{L}\p{N}\p{M}]/gu, '')));

describe('for all texts', () => {
  it('masking twice is masking once', () => {
    fc.assert(fc.property(fc.array(fc.oneof(planted, context, fc.string({ maxLength: 20 }), fc.stringMatching(/^[\d .+()\-/]{1,40}$/)), { maxLength: 8 }), (pieces) => {
      const once = masked(pieces.join(''));
      expect(masked(once)).toBe(once);
    }), { numRuns: 1500 });
  });

  it('a planted value never survives', () => {
    fc.assert(fc.property(context, planted, context, (before, value, after) => {
      expect(masked(`${before} ${value} ${after}`)).not.toContain(value);
      expect(masked(`${before}${value}${after}`)).not.toContain(value);
      expect(maskJson(JSON.stringify({ a: [`${before}${value}${after}`] })).text).not.toContain(value);
      expect(masked(`${before} ${[...value].join('\u200b')} ${after}`).replaceAll('\u200b', '')).not.toContain(value);
    }), { numRuns: 1500 });
  });

  it('words are left as they are', () => {
    fc.assert(fc.property(fc.array(fc.stringMatching(/^[a-zà-ü]{1,14}$/), { maxLength: 30 }), (words) => {
      const text = words.join(' ');
      expect(maskText(text)).toEqual({ text, found: [] });
    }), { numRuns: 500 });
  });

  it('a hidden key says nothing of its value', () => {
    expect(maskJson('{"ana@example.com": "late"}').text).toBe('{"⟨email⟩": "late"}');
  });

  it('JSON stays JSON', () => {
    fc.assert(fc.property(fc.dictionary(fc.oneof(fc.string({ maxLength: 6 }), planted, planted.map((each) => `name ${each}`)), fc.oneof(planted, fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.array(planted), fc.constant(null))), (value) => {
      const { text } = maskJson(JSON.stringify(value));
      JSON.parse(text);
      expect(maskJson(text).text).toBe(text);
    }), { numRuns: 500 });
  });
});

it.each([
  ['digits', '1'], ['spaced digits', '1 '], ['spaced pairs', '12 '], ['groups', '4111 '], ['dots', '1.'], ['at signs', '@'], ['addresses', 'a@b.co'], ['broken addresses', 'a@b.1'], ['letters', 'a'], ['pluses', '+1'], ['brackets', '(11) '], ['colons', ':'],
  ['hexadecimal and colons', 'a1:'], ['passwords', 'password="'], ['passwords and spaces', 'pwd    '], ['prefixes', 'sk-'], ['tokens', 'eyJ'], ['slack', 'xoxb-'], ['keys', '-----BEGIN PRIVATE KEY-----'], ['addresses of the web', '://a:'], ['escapes', '\\u0040'], ['wide', '１'],
  ['IBANs', 'DE89 '], ['IBANs together', 'DE89'], ['JSON', '["'], ['backslashes', '\\'], ['quotes', '"'], ['spaces', ' '], ['names', 'cpf '], ['phones', 'tel 3456789 '], ['marks', '⟨email⟩'], ['CNPJs', '12ABC34501DE3'], ['bare mobiles', '11987654321 '], ['mobiles on either side of slashes', '11987654321/'], ['order ids', 'order 11987654321 '], ['Portuguese mobiles', '912 345 678 '], ['groups of three', '912 '], ['pins', 'pin '], ['named pins', 'pin code 1'], ['dashes', '-'],
])('a quarter of a megabyte of %s takes no time to speak of', (_name, piece) => {
  const text = piece.repeat(Math.ceil(2 ** 18 / piece.length));
  expect(typeof maskText(text).text).toBe('string');
  expect(typeof maskJson(JSON.stringify({ a: text.slice(0, 2 ** 17) })).text).toBe('string');
}, 20_000);

it('pieces for chips', () => {
  expect(splitMarks('a ⟨email⟩ b ⟨shoe⟩')).toEqual([{ text: 'a ' }, { kind: 'email' }, { text: ' b ⟨shoe⟩' }]);
  expect(hasPersonalData('nobody')).toBe(false);
  expect(hasPersonalData('ana@example.com')).toBe(true);
});

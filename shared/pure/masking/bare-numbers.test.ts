/** Numbers that no separator and no check digit gives away: which are masked, and which stay because they are more likely something else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpfDigits } from './check-digits.ts';
import { maskJson, maskText } from './index.ts';

const masked = (text: string): string => maskText(text).text;

describe('telephones', () => {
  it.each([
    '11987654321', '21912345678', '99981234567', '011987654321', '07911123456', '07911 123456', '912 345 678', '936 123 456', '090-1234-5678', '080 1234 5678', '070-1234-5678', '09012345678', '0151 23456789', '0170 1234567', '0176/12345678', '0151 2345 6789',
    '0800 123 4567', '0800-123-4567', '0300 123 4567', '0800 1234567', '415-555-2671', '943-476-5919',
  ])('%s', (number) => {
    expect(maskText(number)).toEqual({ text: '⟨phone⟩', found: ['phone'] });
    for (const [before, after] of [['Call ', '.'], ['tel:', ' now'], ['(', ')'], ['Ana, ', ', São Paulo'], ['meu número é ', '!'], ['"', '"'], ['ana;', ';x'], ['em 2024-01-15: ', '\n'], ['whatsapp=', '&x=1'], ['me at ', ' any time'], ['linha: ', ''], ['nota: ', ''], ['time 12:30, ', ''], ['*', '*'], ['@', ' oi'], ['tel.', '']]) expect(masked(`${before}${number}${after}`), `${before}${number}${after}`).toBe(`${before}⟨phone⟩${after}`);
    expect(JSON.parse(maskJson(JSON.stringify({ said: [number] })).text)).toEqual({ said: ['⟨phone⟩'] });
  });

  it('of which there are several', () => {
    expect(masked('912 345 678 / 913 456 789')).toBe('⟨phone⟩ / ⟨phone⟩');
    expect(masked('912 345 678 913 456 789')).not.toMatch(/\d/);
    expect(masked('11987654321/11912345678')).not.toMatch(/\d/);
    expect(masked('11987654321 21912345678')).toBe('⟨phone⟩ ⟨phone⟩');
    expect(masked('ana,11987654321,2024')).toBe('ana,⟨phone⟩,2024');
    expect(masked('_11987654321_ `07911123456` https://wa.me/11987654321')).toBe('_⟨phone⟩_ `⟨phone⟩` https://wa.me/⟨phone⟩');
    expect(masked('912 345 678 2 vezes')).toBe('⟨phone⟩ 2 vezes');
  });

  it('a CPF is told as one before anything else, an NHS number by its spaces or its name', () => {
    expect(masked('52998224725')).toBe('⟨cpf⟩');
    const both = fc.tuple(fc.constantFrom('119', '219', '859'), fc.stringMatching(/^\d{6}$/)).map(([head, rest]) => head + rest + cpfDigits(head + rest));
    fc.assert(fc.property(both, (number) => {
      expect(masked(`é ${number}.`)).toBe('é ⟨cpf⟩.');
    }), { numRuns: 200 });
    expect(masked('943 476 5919')).toBe('⟨nhs⟩');
    expect(masked('NHS number 943-476-5919')).toBe('NHS number ⟨nhs⟩');
  });

  it('as JSON numbers too, but not where their key says that they are something else', () => {
    expect(JSON.parse(maskJson('{"from":11987654321,"order_id":11987654321,"orderId":"11987654321","id":11987654321,"duration_ns":11987654321,"bytes":21987654321,"total":21987654321,"ids":[11987654321,"52998224725"]}').text))
      .toEqual({ from: '⟨phone⟩', order_id: 11987654321, orderId: '11987654321', id: 11987654321, duration_ns: 11987654321, bytes: 21987654321, total: 21987654321, ids: [11987654321, '⟨cpf⟩'] });
    expect(JSON.parse(maskJson('{"phone_id":11987654321,"id":"52998224725"}').text)).toMatchObject({ id: '⟨cpf⟩' });
  });
});

describe('short secrets that are named', () => {
  it.each([
    ['pin 1234', 'pin ⟨token⟩'], ['my PIN 123456, thanks', 'my PIN ⟨token⟩, thanks'], ['PIN: 1234', 'PIN: ⟨token⟩'], ['pin code 1234', 'pin code ⟨token⟩'], ['o pin é 1234.', 'o pin é ⟨token⟩.'], ['cvv 123', 'cvv ⟨token⟩'], ['CVC 1234', 'CVC ⟨token⟩'], ['cvc2 123', 'cvc2 ⟨token⟩'],
    ['o CVV é 123', 'o CVV é ⟨token⟩'], ['código de segurança 123', 'código de segurança ⟨token⟩'], ['Codigo de seguranca: 123', 'Codigo de seguranca: ⟨token⟩'], ['security code 123', 'security code ⟨token⟩'], ['código de segurança do cartão é 123', 'código de segurança do cartão é ⟨token⟩'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected);
    expect(masked(text.normalize('NFD')).normalize('NFC')).toBe(expected);
  });
  it('by their keys', () => expect(JSON.parse(masked('{"security_code":"123","codigoSeguranca":"123","cvv":123}'))).toEqual({ security_code: '⟨token⟩', codigoSeguranca: '⟨token⟩', cvv: '⟨token⟩' }));
});

describe('what stays', () => {
  it.each([
    // Order ids and names of rows.
    'Order 11987654321, pedido nº 21912345678, #11987654321, ticket: 11987654321, PO11987654321, order_id=11987654321, orderId: 11987654321, protocolo 11987654321, tracking number 11987654321', 'https://shop.example/orders/11987654321?page=2 and id 07911123456', 'order no. 07911123456',
    // Amounts and measures.
    'R$ 11987654321, 21987654321 bytes, $11987654321.50, 11987654321 ns, 11987654321%, 0.11987654321, 912 345 678 €, € 912 345 678, 912 345 678,90, 1 912 345 678, 912 345 678 habitantes, US$ 912 345 678', '912 345 678 000 km', '11000000000 and 21900000000',
    // Times: seconds, milliseconds, microseconds and nanoseconds since 1970.
    '1700000000, 1700000000000, 1700000000000000, 1700000000000000000, 20240115103000, 2024-01-15 10:30:00.123456',
    // Eleven digits that no telephone of Brazil or the United Kingdom has.
    '98765432109, 10987654321, 20987654321, 11887654321, 07011123456x, 06911123456, 12345678901, 00000000000', '11987654321x, x11987654321, v11987654321, 11987654321-abc, 11987654321.5, abc-11987654321',
    // Ten and fewer bare digits.
    '1198765432, 987654321, 98765432, 4155552671, 9123456789', '123 456 789, 512 345 678, 912-345, 912 345 67, 812 345 678', '127.0.0.1:8080', 'Version 0800.1, 0151-2, 090-1234, build 0151 2345',
    // Pins of a chip, and words that only look like names of secrets.
    'GPIO pin 13, pins 1234, spin 1234, pin 12, pinned 1234, mapping 1234, cvv 12, security 1234, código 1234, pin 1.5, pin 123456789', 'código de segurança: leia o manual',
    '2023 2024 2025, 100 200 300, 2024-01-15, 15/01/2024, 12 345 678 rows',
  ])('%s', (text) => expect(maskText(text)).toEqual({ text, found: [] }));
});

const areas = ['11', '12', '19', '21', '22', '24', '27', '28', '31', '38', '41', '49', '51', '55', '61', '69', '71', '73', '79', '81', '89', '91', '99'];
const mobile = fc.tuple(fc.constantFrom(...areas), fc.stringMatching(/^\d{3}[1-9]\d{4}$/)).map(([area, rest]) => `${area}9${rest}`);
const bare = fc.oneof(mobile, fc.stringMatching(/^07[1-57-9]\d{8}$/), fc.stringMatching(/^0[5789]0-\d{4}-\d{4}$/), fc.stringMatching(/^9[1236]\d \d{3} \d{3}$/), fc.stringMatching(/^01[567]\d \d{7,8}$/), fc.stringMatching(/^0800 \d{3} \d{4}$/), fc.stringMatching(/^pin \d{4}$/), fc.stringMatching(/^cvv \d{3}$/));

describe('for all texts', () => {
  it('a planted number never survives between words', () => {
    fc.assert(fc.property(fc.constantFrom('liga para', 'call', 'zap', 'é o', 'my', 'Ana:', '(', '“'), bare, fc.constantFrom('ok', 'por favor', 'thanks', ')', '”', '?', ', por favor'), (before, number, after) => {
      const digits = number.replace(/^[a-z]+ /, '');
      for (const text of [`${before} ${number} ${after}`, `${before} ${number}${/^[a-z]/.test(after) ? ' ' : ''}${after}`]) expect(masked(text)).not.toContain(digits);
    }), { numRuns: 1000 });
  });

  it('masking twice is masking once', () => {
    fc.assert(fc.property(fc.array(fc.oneof(bare, fc.constantFrom(' ', ', ', '-', '/', '.', 'order ', 'id ', '#', 'R$ ', ' bytes', '€', 'pin ', 'cvv ', '\n', 'é ', '0', '1 ')), { maxLength: 8 }), (pieces) => {
      const once = masked(pieces.join(''));
      expect(masked(once)).toBe(once);
    }), { numRuns: 1500 });
  });
});

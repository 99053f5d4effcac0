import { answer, question } from '../../sample/phrases.ts';
import type { Random } from '../../sample/random.ts';
import { personal, personalKinds, type PersonalKind } from './personal.ts';

export type SampleLanguage = 'en' | 'pt';

/** `{email}`, `{cpf}` … become made-up personal data, `{n}` a number. */
const confided: Record<SampleLanguage, readonly [string, ...string[]]> = {
  en: [
    'My e-mail is {email} and I still have no refund for order {n}.', 'Please call me at {phone} after 6 pm.', 'The card {card} was charged twice.', 'Here is the key that fails: {token}', 'Send the refund to {iban}, please.',
    'The request came from {ip} and was answered with 403.', 'I am not able to log in as {email}; the actions page stays empty.',
  ],
  pt: [
    'Meu CPF é {cpf} e a devolução do pedido {n} não chegou.', 'O CNPJ da empresa é {cnpj}; a nota fiscal saiu errada.', 'Por favor, ligue para {phone} depois das 18h.', 'O cartão {card} foi cobrado duas vezes.', 'Escreva para {email}, por favor.',
    'As ações do usuário {email} não aparecem no relatório; a última ação é de ontem.', 'A chave {token} não funciona mais.', 'O acesso veio de {ip} e a conexão não foi aceita.',
  ],
};

const titles: Record<SampleLanguage, readonly [string, ...string[]]> = {
  en: ['Refund for order {n}', 'Login fails after update', 'Nightly batch stopped', 'Question about invoice {n}', 'Database is locked', 'Export takes {n} seconds', 'Cannot open report', 'Change of address'],
  pt: ['Devolução do pedido {n}', 'Não consigo entrar', 'Ações pendentes na estação WS{n}', 'Dúvida sobre a nota fiscal {n}', 'Conexão recusada', 'Migração da base de produção', 'Relatório em branco', 'Alteração de endereço'],
};

const thoughts: Record<SampleLanguage, readonly [string, ...string[]]> = {
  en: ['The person wants a refund; first look the order up.', 'This looks like a lock, not a crash. Ask for the log.', 'No need to search again: the answer stands above.'],
  pt: ['A pessoa quer a devolução; primeiro consultar o pedido.', 'Parece um bloqueio, não uma falha. Pedir o log.', 'Não é preciso buscar de novo: a resposta já está acima.'],
};

function filled(text: string, random: Random): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, kind: string) => {
    const known = personalKinds.find((each: PersonalKind) => each === kind);
    return known === undefined ? String(random.int(2, 9800)) : personal(random, known);
  });
}

/** @param personalShare - how many messages hold personal data, 0 to 1 */
export function asked(random: Random, language: SampleLanguage, personalShare: number): string {
  return random.chance(personalShare) ? `${filled(random.pick(confided[language]), random)} ${question(random, language)}` : question(random, language);
}

export function answered(random: Random, language: SampleLanguage, personalShare: number): string {
  const text = answer(random, language);
  return random.chance(personalShare / 2) ? `${filled(random.pick(confided[language]), random)}\n\n${text}` : text;
}

export function titled(random: Random, language: SampleLanguage): string {
  return filled(random.pick(titles[language]), random);
}

export function thought(random: Random, language: SampleLanguage): string {
  return random.pick(thoughts[language]);
}

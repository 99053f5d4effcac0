import { expect, test } from 'vitest';
import { freshDatabase, hasPostgres } from '../../../test-support/index.ts';
import { createQueryPort } from './index.ts';
import { beginningQuery, shorterStems } from './prefix-lexemes.ts';

/** Words whose stems are shorter than they are, or end otherwise. */
const words = {
  en: 'refund refunding refunded happy happiness hoping hopping hoped possibility possibly relational conditional skies skis dying lying tying studies studying running referred controlling organization activities electricity generously national nationality fluently carefully hopelessness adjustment replacement bowling used uses being maria mariana marking ponies caresses agreed plastered motoring conflated troubled sized falling fizzed filing triplicate formative formalize electrical goodness revival allowance inference airliner gyroscopic adoption irritant homologous effective bowdlerize rate cease controll roll',
  pt: 'acao acoes maria mariana marcado marco mares reembolso reembolsos reembolsado reembolsaremos cantariamos cantassemos pagamento pagamentos pagando configuracao configuracoes restauradas felizmente rapidamente amavel amaveis possibilidade natureza belezas trabalhadora trabalhadores logistica biologia ginastica tristeza parceiras amigues seguinte quente averigue nativa ativamente comprei comprou vendido partiremos saiu maos paes funcionario esperanca mudanca importancia frequencia',
};

test.skipIf(!hasPostgres())('the stem of every word is among what its beginnings are looked for by', async () => {
  const database = await freshDatabase();
  const port = createQueryPort(database.config);
  try {
    for (const [language, dictionary] of [['en', 'english_stem'], ['pt', 'portuguese_stem']] as const) {
      const rows = await port.rows(`SELECT w AS word, (ts_lexize('${dictionary}', w))[1] AS stem FROM unnest($1::text[]) w`, [words[language].split(' ')]);
      const missed = rows.flatMap(({ word, stem }) => {
        if (word == null || stem == null) return [];
        const beginnings = Array.from({ length: word.length - 1 }, (_, at) => word.slice(0, at + 2));
        return beginnings.filter((each) => !stem.startsWith(each) && !shorterStems(each, language).includes(stem)).map((each) => `${each} of ${word}: ${stem}`);
      });
      expect(missed).toEqual([]);
    }
  } finally {
    await port.close();
    await database.close();
  }
});

test('a beginning is not looked for by all that begins with its stem', () => {
  expect(beginningQuery('maria', 'pt')).toBe("'maria':* | 'mar' | 'mari'");
  expect(beginningQuery('maria', 'simple')).toBe("'maria':*");
  expect(beginningQuery('a12', 'en')).toBe("'a12':*");
  expect(beginningQuery("it's", 'en')).toBeNull();
  expect(beginningQuery('שלום', 'en')).toBeNull();
});

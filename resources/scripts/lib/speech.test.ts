import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { languageOfEnvironment } from '../../../src-main/hosts/cli/language.ts';
import { languageOf, portuguese, spoken } from './speech.mjs';

const folder = new URL('..', import.meta.url).pathname;
/** What launches the program; what runs its tests speaks to those who build it. */
const launchers = [...readdirSync(`${folder}/lib`).filter((name) => name.endsWith('.mjs') && !['chromium.mjs', 'totals.mjs', 'speech.mjs'].includes(name)).map((name) => `lib/${name}`), 'start.mjs', 'travessia.mjs'];

it('says every sentence of the launchers in Portuguese, and keeps none that nobody says', () => {
  const said = launchers.flatMap((name) => [...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/'([A-Z][^'\n]*[.…])'/g)].map(([, sentence]) => sentence ?? ''));
  expect(Object.keys(portuguese).toSorted()).toEqual([...new Set(said)].toSorted());
});

it('takes the language that the program takes', () => {
  for (const env of [{}, { LANG: 'pt_BR.UTF-8' }, { LC_ALL: 'C', LANG: 'pt_BR' }, { LC_ALL: '', LC_MESSAGES: 'pt' }, { LANG: 'ptx' }, { LANG: 'PT@euro' }]) expect(languageOf(env), JSON.stringify(env)).toBe(languageOfEnvironment(env));
});

it('puts values in their places', () => {
  expect(spoken('Travessia needs Node {{oldest}} or newer; this is Node {{here}}.', { oldest: 22, here: '20.1.0' }, { LANG: 'pt_BR.UTF-8' })).toBe('O Travessia precisa do Node 22 ou mais novo; este é o Node 20.1.0.');
});

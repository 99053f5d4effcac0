import { hasValues } from '../../model/conversation-query.ts';
import { distance } from './distance.ts';

export const operatorNames = ['role', 'model', 'user', 'before', 'after', 'on', 'has', 'in', 'near', 'meta'] as const;
export type OperatorName = (typeof operatorNames)[number];
export type HasValue = (typeof hasValues)[number];

const aliases: Readonly<Record<string, OperatorName>> = {
  ...(Object.fromEntries(operatorNames.map((name) => [name, name])) as Record<OperatorName, OperatorName>),
  papel: 'role', modelo: 'model', usuario: 'user', antes: 'before', depois: 'after', dia: 'on', tem: 'has', em: 'in', perto: 'near', metadata: 'meta', metadados: 'meta',
};

/** What other programs call it. Not understood, since a word of a text before a colon could be meant; only suggested. */
const meant: Readonly<Record<string, OperatorName>> = {
  from: 'user', by: 'user', owner: 'user', author: 'user', sender: 'user', customer: 'user', de: 'user', por: 'user', dono: 'user', autor: 'user', cliente: 'user',
  since: 'after', desde: 'after', apos: 'after', until: 'before', till: 'before', ate: 'before', date: 'on', day: 'on', when: 'on', data: 'on', quando: 'on',
  conversation: 'in', conversa: 'in', thread: 'in', chat: 'in', session: 'in', sessao: 'in', is: 'has', contains: 'has', with: 'has', com: 'has', around: 'near', llm: 'model',
};

const hasAliases: Readonly<Record<string, HasValue>> = {
  ...(Object.fromEntries(hasValues.map((value) => [value, value])) as Record<HasValue, HasValue>),
  errors: 'error', erro: 'error', erros: 'error', tools: 'tool', ferramenta: 'tool', ferramentas: 'tool', images: 'image', imagem: 'image', imagens: 'image',
  files: 'file', attachment: 'file', arquivo: 'file', arquivos: 'file', anexo: 'file', anexos: 'file', excluido: 'deleted', excluida: 'deleted', apagado: 'deleted', apagada: 'deleted',
};

const roleAliases: Readonly<Record<string, string>> = { usuario: 'user', assistente: 'assistant', sistema: 'system', ferramenta: 'tool' };

/** Small letters without accents. */
function fold(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function operatorOf(name: string): OperatorName | undefined {
  return own(aliases, fold(name));
}

export function hasValueOf(value: string): HasValue | undefined {
  return own(hasAliases, fold(value));
}

/** `usuário` and the like, unless quoted, name the roles that all schemas share. */
export function roleOf(value: string): string {
  return own(roleAliases, fold(value)) ?? value;
}

function nearest(word: string, candidates: readonly string[]): string | null {
  const limit = word.length <= 5 ? 1 : 2;
  let best: string | null = null;
  let least = limit + 1;
  for (const candidate of candidates) {
    const found = distance(word, candidate, least);
    if (found < least) [best, least] = [candidate, found];
  }
  return best;
}

/** The operator that a name looks like, by its spelling alone. */
export function misspeltOperator(name: string): string | null {
  return nearest(fold(name), Object.keys(aliases));
}

/** The operator to suggest for an unknown one. */
export function suggestOperator(name: string): string | null {
  return meantOperator(name) ?? misspeltOperator(name);
}

const times = ['created', 'updated', 'criado', 'criada', 'created_at', 'updated_at', 'timestamp', 'time', 'at'];

/** The operator of a name that is one, here or elsewhere; null where it may be any word. */
export function meantOperator(name: string): OperatorName | null {
  return operatorOf(name) ?? own(meant, fold(name)) ?? (times.includes(fold(name)) ? 'on' : null);
}

export function suggestHas(value: string): string | null {
  return nearest(fold(value), Object.keys(hasAliases));
}

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { planOptionsSchema, planSchema } from '../model/plan.ts';
import { retellError } from '../pure/texts/retell.ts';
import { toErrorReply } from './errors.ts';
import { misfitsOf } from './misfits.ts';

const form = z.strictObject({
  name: z.string().min(1).max(5), count: z.int().min(2).max(9), tags: z.array(z.string()).min(1).max(2), pair: z.array(z.int()).min(2).optional(), mode: z.enum(['copy', 'move']), share: z.number().multipleOf(5),
  limit: z.union([z.literal('all'), z.object({ rows: z.int() })]), flag: z.boolean(), id: z.uuid(), more: z.record(z.string(), z.int()), long: z.string().min(3).optional(),
});
const sound = { name: 'a', count: 2, tags: ['x'], mode: 'copy', share: 5, limit: 'all', flag: true, id: '7f1dc2a4-3c0a-4c7e-9d07-5f0d6a3b1a11', more: {} };

const told = (schema: z.ZodType, value: unknown): string => {
  const parsed = schema.safeParse(value);
  return parsed.success ? '' : misfitsOf(parsed.error, value);
};

describe('what does not fit is told in sentences of both languages', () => {
  test.each([
    [{ ...sound, name: undefined }, 'name is missing', 'falta name'],
    [{ ...sound, name: '' }, 'name must not be empty', 'name não pode estar vazio'],
    [{ ...sound, name: 7 }, 'name must be a text', 'name deve ser um texto'],
    [{ ...sound, name: 'secret password' }, 'name must have at most 5 characters', 'name deve ter no máximo 5 caracteres'],
    [{ ...sound, long: 'ab' }, 'long must have at least 3 characters', 'long deve ter ao menos 3 caracteres'],
    [{ ...sound, count: 1 }, 'count must be at least 2', 'count deve ser ao menos 2'],
    [{ ...sound, count: 12 }, 'count must be at most 9', 'count deve ser no máximo 9'],
    [{ ...sound, count: 2.5 }, 'count must be a whole number', 'count deve ser um número inteiro'],
    [{ ...sound, share: 'x' }, 'share must be a number', 'share deve ser um número'],
    [{ ...sound, share: 7 }, 'share must be a multiple of 5', 'share deve ser múltiplo de 5'],
    [{ ...sound, tags: 'x' }, 'tags must be a list', 'tags deve ser uma lista'],
    [{ ...sound, tags: [] }, 'tags must not be empty', 'tags não pode estar vazio'],
    [{ ...sound, tags: ['a', 'b', 'c'] }, 'tags must have at most 2 entries', 'tags deve ter no máximo 2 itens'],
    [{ ...sound, pair: [1] }, 'pair must have at least 2 entries', 'pair deve ter ao menos 2 itens'],
    [{ ...sound, tags: ['a', 5] }, 'tags.1 must be a text', 'tags.1 deve ser um texto'],
    [{ ...sound, mode: 'steal' }, 'mode must be one of: copy, move', 'mode deve ser um destes: copy, move'],
    [{ ...sound, limit: 'some' }, 'limit does not have the form it must have', 'limit não tem a forma que deve ter'],
    [{ ...sound, limit: { rows: 0.5 } }, 'limit.rows must be a whole number', 'limit.rows deve ser um número inteiro'],
    [{ ...sound, flag: 'yes' }, 'flag must be true or false', 'flag deve ser true ou false'],
    [{ ...sound, id: 'x' }, 'id does not have the form it must have', 'id não tem a forma que deve ter'],
    [{ ...sound, more: 5 }, 'more must be an object', 'more deve ser um objeto'],
    [{ ...sound, extra: 1 }, 'the whole has what is not known here: extra', 'o todo tem o que não se conhece aqui: extra'],
    [[], 'the whole must be an object', 'o todo deve ser um objeto'],
    [{ ...sound, name: '', flag: 1 }, 'name must not be empty; flag must be true or false', 'name não pode estar vazio; flag deve ser true ou false'],
  ])('%#: %j', (value, english, portuguese) => {
    expect(told(form, value)).toBe(english);
    expect(retellError(`The input of projects/create does not fit: ${english}.`, 'message', 'pt-BR')).toBe(`A entrada de projects/create não serve: ${portuguese}.`);
  });

  test('of many only the first few', () => {
    expect(told(form, {})).toMatch(/^(?:\w+ is missing; ){5}and more of this kind: 4$/);
    expect(retellError(`The plan does not have the expected form: ${told(form, {})}.`, 'message', 'pt-BR')).toMatch(/^O plano não tem a forma esperada: (?:falta \w+; ){5}e mais deste tipo: 4\.$/);
  });

  test('a plan and its options', () => {
    expect(told(planSchema, { id: 5 })).toMatch(/^format is missing; id must be a text; /);
    expect(told(planOptionsSchema, { ...planOptionsSchema.parse({}), maxRejects: -1, ifExists: 'destroy' })).toMatch(/ifExists must be one of: /);
  });

  test('what a form within the program refuses is told without its notation', () => {
    expect(toErrorReply(form.safeParse({ ...sound, name: 5 }).error)).toEqual({ code: 'INTERNAL', message: 'What was read does not have the expected form: name must be a text.' });
    let thrown: unknown;
    try {
      form.parse({ ...sound, name: 5 });
    } catch (error) {
      thrown = error;
    }
    expect(toErrorReply(thrown).message).toBe('What was read does not have the expected form: name must be a text.');
  });
});

import { z } from 'zod';
import { castSchema, type SourceValue } from '../../../shared/model/values.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { createCarrier } from './carry.ts';
import { leftOf, valueAt } from './element.ts';
import { createMoment } from './moment.ts';
import { idName, textOfBytes, uuid5 } from './uuid5.ts';

/** What a JSON text is made of: a document in which `{"$": n}` stands for the n-th value, written as the n-th hole says. */
export const jsonPatternSchema = z.object({ document: z.unknown(), holes: z.array(z.object({ type: z.string(), cast: castSchema.optional() })) });
export type JsonPattern = z.infer<typeof jsonPatternSchema>;

type Writer = (values: readonly SourceValue[]) => string;

function isHole(node: object): node is { $: number } {
  return '$' in node && typeof node.$ === 'number';
}

/** Turns a pattern into a writer, once. A key whose value is NULL is left out; elsewhere NULL is null. */
function writerOf({ document, holes }: JsonPattern): Writer {
  const carriers = holes.map(({ type, cast }) => createCarrier(type, cast));
  const build = (node: unknown): Writer => {
    if (Array.isArray(node)) {
      const items = node.map(build);
      return (values) => `[${items.map((item) => item(values)).join(',')}]`;
    }
    if (typeof node !== 'object' || node === null) {
      const text = JSON.stringify(node);
      return () => text;
    }
    if (isHole(node)) {
      const index = node.$;
      return (values) => carriers[index]?.(values[index] ?? null) ?? 'null';
    }
    const entries = Object.entries(node).map(([key, inner]: [string, unknown]) => ({ key: JSON.stringify(key), write: build(inner), hole: typeof inner === 'object' && inner !== null && isHole(inner) ? inner.$ : null }));
    return (values) => `{${entries.flatMap(({ key, write, hole }) => (hole !== null && (values[hole] ?? null) === null ? [] : [`${key}:${write(values)}`])).join(',')}}`;
  };
  return build(document);
}

const sourceValue = z.union([z.null(), z.bigint(), z.number(), z.string(), z.instanceof(Uint8Array)]);
const sourceValues = z.tuple([sourceValue, sourceValue]);

interface Ranked {
  order: SourceValue;
  value: SourceValue;
}

function isBefore(a: SourceValue, b: SourceValue): boolean {
  if ((typeof a === 'bigint' || typeof a === 'number') && (typeof b === 'bigint' || typeof b === 'number')) return a < b;
  return String(a) < String(b);
}

/** Registers the functions that a mapping's SQL uses. All are deterministic: the same copy gives the same tables. */
export function registerFunctions(db: SqliteDb): void {
  const writers = new Map<string, Writer>();
  const moment = createMoment();
  const jsonb = codecFor('jsonb');
  const deterministic = { deterministic: true } as const;
  db.function('travessia_id', { ...deterministic, varargs: true }, (namespace: string, kind: string, ...pairs: SourceValue[]) => {
    const values: SourceValue[] = [];
    for (let index = 0; index < pairs.length; index += 2) {
      const value = pairs[index + 1] ?? null;
      values.push(pairs[index] === 'text' && value instanceof Uint8Array ? textOfBytes(value) : value);
    }
    return uuid5(namespace, idName(kind, values));
  });
  db.function('travessia_json', { ...deterministic, varargs: true }, (pattern: string, ...values: SourceValue[]) => {
    let write = writers.get(pattern);
    if (write === undefined) writers.set(pattern, (write = writerOf(jsonPatternSchema.parse(JSON.parse(pattern)))));
    return write(values);
  });
  db.function('travessia_moment', deterministic, moment);
  db.function('travessia_is_jsonb', deterministic, (value: SourceValue) => (value === null || jsonb.misfit(value) === undefined ? 1n : 0n));
  db.function('travessia_path', deterministic, (element: string, key: string) => valueAt(element, key));
  db.function('travessia_left', deterministic, (element: string, keys: string) => leftOf(element, z.array(z.string()).parse(JSON.parse(keys))));
  for (const which of ['first', 'last'] as const) {
    db.aggregate<Ranked | null>(`travessia_${which}`, {
      start: null,
      varargs: true,
      // The declaration of better-sqlite3 gives a step's arguments the type of what is aggregated.
      step: (ranked: Ranked | null, ...given: unknown[]) => {
        const [value, order] = sourceValues.parse(given);
        return ranked === null || (which === 'first' ? isBefore(order, ranked.order) : isBefore(ranked.order, order)) ? { order, value } : ranked;
      },
      result: (ranked) => ranked?.value ?? null,
    });
  }
}

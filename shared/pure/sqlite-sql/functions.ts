import type { FunctionNode } from './ast.ts';
import { aggregate, isAggregate } from './functions-aggregate.ts';
import { jsonFunctions } from './functions-json.ts';
import { numberFunctions } from './functions-number.ts';
import { textFunctions } from './functions-text.ts';
import { timeFunctions } from './functions-time.ts';
import { valueFunctions } from './functions-value.ts';
import { windowCall } from './functions-window.ts';
import { Untranslatable } from './errors.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';
import type { Typed } from './typed.ts';

/** A scalar function: its arguments translated, in order. */
export type ScalarFunction = (args: readonly Typed[], translator: Translator) => Typed;
export type FunctionTable = Readonly<Record<string, ScalarFunction>>;

const scalars: ReadonlyMap<string, ScalarFunction> = new Map(
  [valueFunctions, textFunctions, numberFunctions, timeFunctions, jsonFunctions].flatMap((table) => Object.entries(table)),
);

/** Translates a call: window function, aggregate or scalar, told apart as SQLite tells them. */
export function printCall(node: FunctionNode, scope: Scope, translator: Translator): Typed {
  if (node.over !== undefined) return windowCall(node, scope, translator);
  if (isAggregate(node)) return aggregate(node, scope, translator);
  const scalar = scalars.get(node.name);
  if (scalar === undefined) throw new Untranslatable(`the function ${node.name}() is not known to have an equal in PostgreSQL`);
  if (node.star || node.distinct || node.filter !== undefined) throw new Untranslatable(`${node.name}() is called like an aggregate`);
  return scalar(translator.expressions(node.args, scope), translator);
}

import type { Expression } from './ast.ts';
import type { TranslationContext } from './context.ts';
import { printCall } from './functions.ts';
import { printExpression } from './print-expression.ts';
import { printSelect } from './print-select.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';

/** A translator with what it has noted so far. */
export interface TranslatorState {
  readonly translator: Translator;
  readonly notes: () => readonly string[];
  /** What makes the result depend on settings or the clock; empty if nothing does. */
  readonly unstable: () => readonly string[];
}

/** Wires the parts of one translation together. Make a new one for every object. */
export function createTranslator(context: TranslationContext): TranslatorState {
  const notes = new Set<string>();
  const unstable = new Set<string>();
  const translator: Translator = {
    context,
    note: (text) => void notes.add(text),
    unstable: (what) => void unstable.add(what),
    expression: (node, scope) => printExpression(node, scope, translator),
    expressions: (nodes: readonly Expression[], scope: Scope) => nodes.map((node) => printExpression(node, scope, translator)),
    call: (node, scope) => printCall(node, scope, translator),
    select: (select, scope) => printSelect(select, scope, translator),
  };
  return { translator, notes: () => [...notes], unstable: () => [...unstable] };
}

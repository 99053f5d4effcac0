import type { Expression, FunctionNode, Select } from './ast.ts';
import type { TranslationContext } from './context.ts';
import type { Scope } from './scope.ts';
import type { Typed } from './typed.ts';

/** A column of a translated SELECT: `sql` of its type is meaningless, the rest describes it. */
export interface OutputColumn {
  /** SQLite's name of the column. */
  readonly name: string;
  /** The target's name, unquoted and cut. */
  readonly target: string;
  readonly type: Typed;
}

export interface TranslatedSelect {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

/** One translation under way; its parts call each other through it. */
export interface Translator {
  readonly context: TranslationContext;
  /** Adds a remark for people, once. */
  readonly note: (text: string) => void;
  /** Records that the result depends on more than its operands: settings or the clock (indexes and generated columns refuse it). */
  readonly unstable: (what: string) => void;
  readonly expression: (node: Expression, scope: Scope) => Typed;
  /** Many expressions in one scope. */
  readonly expressions: (nodes: readonly Expression[], scope: Scope) => Typed[];
  readonly call: (node: FunctionNode, scope: Scope) => Typed;
  readonly select: (select: Select, scope: Scope) => TranslatedSelect;
}

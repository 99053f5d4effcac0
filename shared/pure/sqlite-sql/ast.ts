import type { Span } from './token-stream.ts';

/** SQLite's expressions and SELECT statements as trees. Names keep the case they were written in. */

export type Literal =
  | { readonly kind: 'integer'; readonly text: string }
  | { readonly kind: 'real'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'blob'; readonly hex: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'now'; readonly part: 'CURRENT_TIMESTAMP' | 'CURRENT_DATE' | 'CURRENT_TIME' };

export type BinaryOperator =
  | 'OR' | 'AND' | '=' | '<>' | 'IS' | 'IS NOT' | '<' | '<=' | '>' | '>=' | '&' | '|' | '<<' | '>>'
  | '+' | '-' | '*' | '/' | '%' | '||' | '->' | '->>';

interface Node<Type extends string> {
  readonly type: Type;
  readonly span: Span;
}

export interface LiteralNode extends Node<'literal'> {
  readonly value: Literal;
}
export interface ColumnNode extends Node<'column'> {
  readonly schema?: string;
  readonly table?: string;
  readonly name: string;
  /** Double-quoted names that name no column are strings to SQLite. */
  readonly quote?: '"' | '`' | '[' | "'";
}
export interface FunctionNode extends Node<'function'> {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly OrderingTerm[];
  readonly filter?: Expression;
  readonly over?: WindowSpec | string;
}
export interface CaseNode extends Node<'case'> {
  readonly base?: Expression;
  readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
  readonly otherwise?: Expression;
}
export interface InNode extends Node<'in'> {
  readonly operand: Expression;
  readonly negated: boolean;
  readonly source:
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'select'; readonly select: Select }
    | { readonly kind: 'table'; readonly name: string; readonly at?: number };
}
export interface LikeNode extends Node<'like'> {
  readonly operator: 'LIKE' | 'GLOB' | 'REGEXP' | 'MATCH';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression;
  readonly negated: boolean;
}
export interface UnaryNode extends Node<'unary'> {
  readonly operator: '-' | '+' | '~' | 'NOT' | 'ISNULL' | 'NOTNULL';
  readonly operand: Expression;
}
export interface BinaryNode extends Node<'binary'> {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
export interface BetweenNode extends Node<'between'> {
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
}
export interface CollateNode extends Node<'collate'> {
  readonly operand: Expression;
  readonly collation: string;
}
export interface CastNode extends Node<'cast'> {
  readonly operand: Expression;
  readonly targetType: string;
}

export type Expression =
  | LiteralNode
  | ColumnNode
  | FunctionNode
  | CaseNode
  | InNode
  | LikeNode
  | UnaryNode
  | BinaryNode
  | BetweenNode
  | CollateNode
  | CastNode
  | (Node<'parameter'> & { readonly text: string })
  | (Node<'exists'> & { readonly select: Select })
  | (Node<'subquery'> & { readonly select: Select })
  | (Node<'row'> & { readonly items: readonly Expression[] })
  | (Node<'group'> & { readonly inner: Expression })
  | (Node<'raise'> & { readonly action: string; readonly message?: Expression });

export interface OrderingTerm {
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls?: 'FIRST' | 'LAST';
}

export interface WindowSpec {
  readonly base?: string;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderingTerm[];
  readonly frame?: WindowFrame;
}
export interface WindowFrame {
  readonly unit: 'ROWS' | 'RANGE' | 'GROUPS';
  readonly from: FrameBound;
  readonly to?: FrameBound;
  readonly exclude?: 'NO OTHERS' | 'CURRENT ROW' | 'GROUP' | 'TIES';
}
export type FrameBound =
  | { readonly kind: 'UNBOUNDED PRECEDING' | 'CURRENT ROW' | 'UNBOUNDED FOLLOWING' }
  | { readonly kind: 'PRECEDING' | 'FOLLOWING'; readonly offset: Expression };

export type ResultColumn =
  | { readonly type: 'expression'; readonly expression: Expression; readonly alias?: string; readonly text: string }
  | { readonly type: 'star'; readonly table?: string };

/** `at`: where a table's name begins that no schema qualifies. */
export type FromSource =
  | { readonly type: 'table'; readonly schema?: string; readonly name: string; readonly at?: number; readonly alias?: string }
  | { readonly type: 'function'; readonly name: string; readonly args: readonly Expression[]; readonly alias?: string }
  | { readonly type: 'select'; readonly select: Select; readonly alias?: string }
  | { readonly type: 'join'; readonly joins: readonly Join[]; readonly alias?: string };

/** One entry of a FROM clause; `kind` and the constraint say how it joins what stands to its left. */
export interface Join {
  readonly kind: 'first' | 'cross' | 'inner' | 'left' | 'right' | 'full';
  readonly natural: boolean;
  readonly source: FromSource;
  readonly on?: Expression;
  readonly using?: readonly string[];
}

export interface SelectCore {
  readonly type: 'select';
  readonly distinct: boolean;
  readonly columns: readonly ResultColumn[];
  readonly from: readonly Join[];
  readonly where?: Expression;
  readonly groupBy: readonly Expression[];
  readonly having?: Expression;
  readonly windows: readonly { readonly name: string; readonly spec: WindowSpec }[];
}
export interface ValuesCore {
  readonly type: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

export type CompoundOperator = 'UNION' | 'UNION ALL' | 'INTERSECT' | 'EXCEPT';

export interface CommonTable {
  readonly name: string;
  readonly columns?: readonly string[];
  readonly materialized?: boolean;
  readonly select: Select;
}

export interface Select {
  readonly recursive: boolean;
  readonly with: readonly CommonTable[];
  readonly cores: readonly { readonly operator?: CompoundOperator; readonly core: SelectCore | ValuesCore }[];
  readonly orderBy: readonly OrderingTerm[];
  readonly limit?: Expression;
  readonly offset?: Expression;
}

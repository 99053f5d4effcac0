import type { Expression, Select, SelectCore } from './ast.ts';
import { asText, truth } from './coerce.ts';
import type { TableTarget, TranslationContext } from './context.ts';
import type { TriggerDefinition } from './create-trigger.ts';
import { createTranslator } from './create-translator.ts';
import { Untranslatable } from './errors.ts';
import { parseExpressionText } from './parse-expression.ts';
import { parseTriggerBody } from './parse-trigger-body.ts';
import type { TriggerStatement } from './parse-trigger-body.ts';
import { printWrite } from './print-write.ts';
import { tableSource } from './scope.ts';
import type { Scope, Source } from './scope.ts';
import { tableOf } from './translate-check.ts';
import type { Translator } from './translator.ts';
import { sameName } from '../fold-name.ts';

/** One step of a trigger function; `condition` says when. */
export type TriggerStep =
  | { readonly kind: 'sql'; readonly sql: string }
  | { readonly kind: 'raise'; readonly condition?: string; readonly message: string }
  /** RAISE(IGNORE): the row is left as it is, and nothing else happens. */
  | { readonly kind: 'ignore'; readonly condition?: string };

export interface TranslatedTrigger {
  readonly when?: string;
  readonly steps: readonly TriggerStep[];
  /** Source names of the tables the body writes to. */
  readonly writes: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Translates what a row trigger does. NEW and OLD are printed as PL/pgSQL knows them.
 * @param replaced true for statements that something else in the target takes over (writes to a full-text index); they are left out
 * @throws Untranslatable, SqliteSyntaxError
 */
export function translateTrigger(trigger: TriggerDefinition, context: TranslationContext, replaced: (statement: TriggerStatement) => boolean): TranslatedTrigger {
  if (trigger.timing === 'INSTEAD OF' && trigger.columns.length > 0) throw new Untranslatable('an INSTEAD OF trigger for some columns only');
  const { translator, notes } = createTranslator(context);
  const table = tableOf(trigger.table, context);
  const scope: Scope = { sources: rowsOf(trigger, table), tables: new Map() };
  const when = trigger.when === undefined ? undefined : truth(translator.expression(parseExpressionText(trigger.when), scope));
  const statements = parseTriggerBody(trigger.body).filter((statement) => !replaced(statement));
  for (const statement of statements) if (statement.type !== 'select') refuseOwnRow(trigger, statement);
  const steps = statements.flatMap((statement): TriggerStep[] => {
    if (statement.type === 'select') return raises(statement.select, trigger, scope, translator);
    return [{ kind: 'sql', sql: printWrite(statement, scope, translator) }];
  });
  const writes = [...new Set(statements.flatMap((statement) => (statement.type === 'select' ? [] : [statement.table])))];
  return { steps, writes, notes: notes(), ...(when === undefined ? {} : { when }) };
}

function rowsOf(trigger: TriggerDefinition, table: TableTarget): Source[] {
  const generated = new Set(table.generated ?? []);
  // Before the row is written, PostgreSQL has not computed its generated columns yet.
  const columns = trigger.timing === 'BEFORE' ? new Map([...table.columns].filter(([name]) => !generated.has(name))) : table.columns;
  const names = trigger.event === 'INSERT' ? ['NEW'] : trigger.event === 'DELETE' ? ['OLD'] : ['NEW', 'OLD'];
  return names.map((name) => ({ ...tableSource(name, name === 'NEW' ? { ...table, columns } : table, name), qualifiedOnly: true }));
}

/** PostgreSQL refuses to write a row that the statement's own BEFORE trigger has changed. */
function refuseOwnRow(trigger: TriggerDefinition, statement: Exclude<TriggerStatement, { readonly type: 'select' }>): void {
  const isOwn = sameName(statement.table, trigger.table);
  if (trigger.timing === 'BEFORE' && trigger.event !== 'INSERT' && isOwn && statement.type !== 'insert') {
    throw new Untranslatable('a BEFORE trigger that changes the table it belongs to');
  }
}

/** `SELECT RAISE(…) [FROM …] [WHERE …]` and `SELECT CASE WHEN … THEN RAISE(…) END`; a SELECT without RAISE has no effect. */
function raises(select: Select, trigger: TriggerDefinition, scope: Scope, translator: Translator): TriggerStep[] {
  if (!JSON.stringify(select).includes('"type":"raise"')) {
    // Translated all the same: what cannot be understood might do something.
    translator.select(select, scope);
    return [];
  }
  const [only, ...others] = select.cores;
  const core = only?.core;
  if (core?.type !== 'select' || others.length > 0 || core.groupBy.length > 0 || select.with.length > 0) throw new Untranslatable('RAISE in a compound or grouped SELECT');
  return core.columns.flatMap((column) => {
    if (column.type !== 'expression') throw new Untranslatable('RAISE beside *');
    return raiseSteps(column.expression, core, trigger, scope, translator);
  });
}

function raiseSteps(node: Expression, core: SelectCore, trigger: TriggerDefinition, scope: Scope, translator: Translator): TriggerStep[] {
  if (node.type === 'group') return raiseSteps(node.inner, core, trigger, scope, translator);
  if (node.type === 'raise') return [step(node, conditionOf(core, undefined, scope, translator), trigger, scope, translator)];
  if (node.type !== 'case') throw new Untranslatable('RAISE inside another expression');
  const { base, branches, otherwise } = node;
  const steps: TriggerStep[] = [];
  const passed: Expression[] = [];
  const span = node.span;
  const not = (operand: Expression): Expression => ({ type: 'unary', operator: 'NOT', operand: { type: 'binary', operator: 'IS', left: operand, right: { type: 'column', name: 'TRUE', span }, span }, span });
  const and = (left: Expression, right: Expression): Expression => ({ type: 'binary', operator: 'AND', left, right, span });
  for (const branch of branches) {
    const test: Expression = base === undefined ? branch.when : { type: 'binary', operator: '=', left: base, right: branch.when, span };
    // Earlier branches come first; those that raised ended the statement already.
    if (branch.then.type === 'raise') steps.push(step(branch.then, conditionOf(core, passed.map(not).reduceRight((sum, each) => and(each, sum), test), scope, translator), trigger, scope, translator));
    else passed.push(test);
  }
  if (otherwise?.type === 'raise') {
    const tests = branches.map((branch): Expression => not(base === undefined ? branch.when : { type: 'binary', operator: '=', left: base, right: branch.when, span }));
    const [first, ...rest] = tests;
    steps.push(step(otherwise, conditionOf(core, first === undefined ? undefined : rest.reduce(and, first), scope, translator), trigger, scope, translator));
  }
  if (JSON.stringify([base, branches.map(({ when }) => when), branches.map(({ then }) => then).filter((then) => then.type !== 'raise'), otherwise?.type === 'raise' ? null : otherwise ?? null]).includes('"type":"raise"')) {
    throw new Untranslatable('RAISE inside another expression');
  }
  return steps;
}

function conditionOf(core: SelectCore, test: Expression | undefined, scope: Scope, translator: Translator): string | undefined {
  const parts = [core.where, test].filter((part) => part !== undefined);
  const [first, second] = parts;
  const condition: Expression | undefined = first === undefined || second === undefined ? first : { type: 'binary', operator: 'AND', left: first, right: second, span: first.span };
  if (core.from.length === 0) return condition === undefined ? undefined : truth(translator.expression(condition, scope));
  const one: Expression = { type: 'literal', value: { kind: 'integer', text: '1' }, span: { start: 0, end: 0 } };
  const { where: _, ...rest } = core;
  const found: SelectCore = { ...rest, distinct: false, columns: [{ type: 'expression', expression: one, text: '1' }], ...(condition === undefined ? {} : { where: condition }) };
  return `EXISTS (${translator.select({ recursive: false, with: [], cores: [{ core: found }], orderBy: [] }, scope).sql})`;
}

function step(node: Expression & { readonly type: 'raise' }, condition: string | undefined, trigger: TriggerDefinition, scope: Scope, translator: Translator): TriggerStep {
  const when = condition === undefined ? {} : { condition };
  if (node.action === 'IGNORE') {
    if (trigger.timing !== 'BEFORE') throw new Untranslatable('RAISE(IGNORE) in an AFTER trigger');
    return { kind: 'ignore', ...when };
  }
  if (!['ABORT', 'FAIL', 'ROLLBACK'].includes(node.action) || node.message === undefined) throw new Untranslatable(`RAISE(${node.action})`);
  if (node.action === 'FAIL') translator.note('RAISE(FAIL) undoes the whole statement, in SQLite only what comes after');
  if (node.action === 'ROLLBACK') translator.note('RAISE(ROLLBACK) ends the transaction as an error does, which the program has to roll back');
  return { kind: 'raise', message: asText(translator.expression(node.message, scope)).sql, ...when };
}

import { assign } from './assign.ts';
import { truth } from './coerce.ts';
import { quoteName } from './context.ts';
import type { ColumnTarget, TableTarget } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { Expression } from './ast.ts';
import type { Assignment, Conflict, TriggerStatement, Upsert } from './parse-trigger-body.ts';
import { printFrom } from './print-from.ts';
import { tableSource } from './scope.ts';
import type { Scope } from './scope.ts';
import { tableOf } from './translate-check.ts';
import type { Translator } from './translator.ts';
import { foldName, sameName } from '../fold-name.ts';

type Write = Exclude<TriggerStatement, { readonly type: 'select' }>;

/** UPDATE, INSERT or DELETE in PostgreSQL's words. `outer` holds NEW and OLD. @throws Untranslatable */
export function printWrite(statement: Write, outer: Scope, translator: Translator): string {
  const table = tableOf(statement.table, translator.context);
  const alias = quoteName(statement.table);
  const own: Scope = { sources: [tableSource(statement.table, table, alias)], tables: new Map(), parent: outer };
  const where = (node: Expression | undefined, scope: Scope): string => (node === undefined ? '' : ` WHERE ${truth(translator.expression(node, scope))}`);
  if (statement.type === 'delete') return `DELETE FROM ${table.qualified} AS ${alias}${where(statement.where, own)}`;
  if (statement.type === 'update') {
    refuseConflict(statement.conflict, 'UPDATE', translator);
    if (statement.from.length > 0) {
      const from = printFrom(statement.from, outer, translator);
      if (from.sources.some(({ name }) => sameName(name, statement.table))) throw new Untranslatable('UPDATE … FROM that names its own table again');
      const joined: Scope = { ...own, sources: [...own.sources, ...from.sources] };
      translator.note('where several rows of FROM match one row, which of them counts is undefined in both');
      return `UPDATE ${table.qualified} AS ${alias} SET ${printSet(statement.set, table, joined, translator)} FROM ${from.sql}${where(statement.where, joined)}`;
    }
    return `UPDATE ${table.qualified} AS ${alias} SET ${printSet(statement.set, table, own, translator)}${where(statement.where, own)}`;
  }
  return printInsert(statement, table, alias, outer, translator);
}

function refuseConflict(conflict: Conflict, verb: string, translator: Translator): void {
  if (conflict === 'IGNORE' || conflict === 'REPLACE') throw new Untranslatable(`${verb} OR ${conflict}`);
  if (conflict !== 'ABORT') translator.note(`${verb} OR ${conflict} undoes the whole statement`);
}

function columnIn(table: TableTarget, name: string): { readonly source: string; readonly target: ColumnTarget } {
  const found = [...table.columns].find(([source]) => sameName(source, name))
    ?? (table.rowidAlias !== undefined && ['rowid', 'oid', '_rowid_'].includes(foldName(name)) ? [...table.columns].find(([source]) => source === table.rowidAlias) : undefined);
  if (found === undefined) throw new Untranslatable(`it writes the column ${name}, which does not cross to the target`);
  const [source, target] = found;
  if (table.generated?.includes(source) === true) throw new Untranslatable(`it writes the generated column ${name}`);
  return { source, target };
}

function printSet(set: readonly Assignment[], table: TableTarget, scope: Scope, translator: Translator): string {
  return set.map(({ column, value }) => {
    const { target } = columnIn(table, column);
    return `${quoteName(target.name)} = ${assign(translator.expression(value, scope), target, translator.note)}`;
  }).join(', ');
}

function printInsert(statement: Write & { readonly type: 'insert' }, table: TableTarget, alias: string, outer: Scope, translator: Translator): string {
  const names = statement.columns.length > 0 ? statement.columns : [...table.columns.keys()].filter((name) => table.generated?.includes(name) !== true);
  const columns = names.map((name) => columnIn(table, name));
  const list = columns.map(({ target }) => quoteName(target.name)).join(', ');
  const head = `INSERT INTO ${table.qualified} AS ${alias} (${list})`;
  const conflict = printConflict(statement, table, alias, outer, translator);
  const [only, ...others] = statement.values.cores;
  const { values } = statement;
  // NEW and OLD are in reach of VALUES, but no column of the table is.
  if (only?.core.type === 'values' && others.length === 0 && values.with.length === 0) {
    const rows = only.core.rows.map((row) => {
      if (row.length !== columns.length) throw new Untranslatable(`it gives ${row.length} values for ${columns.length} columns`);
      return `(${row.map((node, index) => {
        const value = translator.expression(node, outer);
        const column = columns[index];
        if (column === undefined) throw new Untranslatable('a value without a column');
        // NULL for the row number means the next one.
        return value.kind === 'null' && column.source === table.rowidAlias ? 'DEFAULT' : assign(value, column.target, translator.note);
      }).join(', ')})`;
    });
    return `${head} VALUES ${rows.join(', ')}${conflict}`;
  }
  const selected = translator.select(values, outer);
  if (selected.columns.length !== columns.length) throw new Untranslatable(`it gives ${selected.columns.length} values for ${columns.length} columns`);
  const given = selected.columns.map((output, index) => {
    const column = columns[index];
    if (column === undefined) throw new Untranslatable('a value without a column');
    return assign({ ...output.type, sql: `"given".${quoteName(output.target)}` }, column.target, translator.note);
  });
  return `${head} SELECT ${given.join(', ')} FROM (${selected.sql}) AS "given"${conflict}`;
}

function printConflict(statement: Write & { readonly type: 'insert' }, table: TableTarget, alias: string, outer: Scope, translator: Translator): string {
  const [upsert, ...more] = statement.upserts;
  if (more.length > 0) throw new Untranslatable('several ON CONFLICT clauses');
  if (statement.conflict === 'IGNORE') {
    if (upsert !== undefined) throw new Untranslatable('OR IGNORE beside ON CONFLICT');
    translator.note('OR IGNORE skips duplicate keys; SQLite would also skip a broken NOT NULL or CHECK, which is an error here');
    return ' ON CONFLICT DO NOTHING';
  }
  if (statement.conflict === 'REPLACE') {
    if (upsert !== undefined) throw new Untranslatable('OR REPLACE beside ON CONFLICT');
    return printReplace(statement, table, translator);
  }
  refuseConflict(statement.conflict, 'INSERT', translator);
  return upsert === undefined ? '' : printUpsert(upsert, statement.table, table, alias, outer, translator);
}

/** A row whose key is there is replaced whole: every column takes the new value, or its default where none is given. */
function printReplace(statement: Write & { readonly type: 'insert' }, table: TableTarget, translator: Translator): string {
  const key = table.replaceKey;
  if (key === undefined) throw new Untranslatable('INSERT OR REPLACE into a table where not exactly one plain key tells which row is replaced, or whose rows others depend on');
  const given = new Set((statement.columns.length > 0 ? statement.columns : [...table.columns.keys()]).map((name) => columnIn(table, name).source));
  const set = [...table.columns].filter(([source]) => !key.includes(source) && table.generated?.includes(source) !== true)
    .map(([source, target]) => `${quoteName(target.name)} = ${given.has(source) ? `EXCLUDED.${quoteName(target.name)}` : 'DEFAULT'}`);
  translator.note('OR REPLACE is an upsert by the key; a broken NOT NULL is an error here, where SQLite would take the default');
  const on = key.map((source) => quoteName(columnIn(table, source).target.name)).join(', ');
  return ` ON CONFLICT (${on}) DO ${set.length === 0 ? 'NOTHING' : `UPDATE SET ${set.join(', ')}`}`;
}

function printUpsert(upsert: Upsert, name: string, table: TableTarget, alias: string, outer: Scope, translator: Translator): string {
  const target = upsert.target.length === 0 ? '' : ` (${upsert.target.map((column) => quoteName(columnIn(table, column).target.name)).join(', ')})`;
  if (upsert.set === undefined) return ` ON CONFLICT${target} DO NOTHING`;
  if (target === '') throw new Untranslatable('ON CONFLICT DO UPDATE without a target');
  const excluded = { ...tableSource('excluded', table, 'EXCLUDED'), qualifiedOnly: true };
  const scope: Scope = { sources: [tableSource(name, table, alias), excluded], tables: new Map(), parent: outer };
  const where = upsert.where === undefined ? '' : ` WHERE ${truth(translator.expression(upsert.where, scope))}`;
  return ` ON CONFLICT${target} DO UPDATE SET ${printSet(upsert.set, table, scope, translator)}${where}`;
}

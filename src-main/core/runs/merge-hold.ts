import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { fires, type TargetTable } from '../adopt/index.ts';
import type { ShownStatement, SwapStatement } from './swap-types.ts';

/** What keeps a target's own machinery still while rows are written, and what sets it going again. */
export interface Hold {
  readonly locks: readonly ShownStatement[];
  readonly open: readonly ShownStatement[];
  readonly close: readonly SwapStatement[];
}

const parentsOf = (table: TargetTable, all: readonly TargetTable[]): TargetTable[] =>
  all.filter((each) => each !== table && table.foreignKeys.some((key) => key.schema === each.schema && key.table === each.name));

/** Parents before their children; tables whose foreign keys go round in a circle come in the order given. */
export function parentsFirst(tables: readonly TargetTable[]): TargetTable[] {
  const sorted: TargetTable[] = [];
  const visiting = new Set<TargetTable>();
  const visit = (table: TargetTable): void => {
    if (visiting.has(table)) return;
    visiting.add(table);
    for (const parent of parentsOf(table, tables)) visit(parent);
    sorted.push(table);
  };
  for (const table of tables) visit(table);
  return sorted;
}

const setting = { O: 'ENABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA', D: 'DISABLE' } as const;

/**
 * Partitions and children have triggers of their own, and each its own state: `ONLY` it is changed. Servers before 15 ignore `ONLY` here,
 * so those above come first and every clone is set again, one that was off too.
 */
function holdTriggers(table: TargetTable): { opens: ShownStatement[]; closes: ShownStatement[] } {
  const change = (trigger: TargetTable['triggers'][number], verb: string): string => `ALTER TABLE ONLY ${quoteQualified(trigger.schema, trigger.table)} ${verb} TRIGGER ${quoteIdent(trigger.name)}`;
  const held = table.triggers.filter(fires);
  return {
    opens: held.map((trigger) => ({ sql: change(trigger, 'DISABLE'), why: 'does not fire for rows that are moved' })),
    closes: table.triggers.filter((trigger) => fires(trigger) || (trigger.cloned && held.some(({ name }) => name === trigger.name))).map((trigger) => ({ sql: change(trigger, setting[trigger.state]), why: 'as before' })),
  };
}

/**
 * Triggers and rules rest while rows go in or out: they are the program's answer to its own writes, and a loaded row must arrive as it
 * was. `DISABLE TRIGGER` by name, since what was off before has to stay off; foreign keys go on being checked, and those of a circle wait
 * for all rows. The session needs to own the tables, and no superuser (session_replication_role would).
 * @param tables - parents first
 */
export function holdTables(tables: readonly TargetTable[]): Hold {
  const open: ShownStatement[] = [];
  const close: SwapStatement[] = [];
  const locks = tables.map((table) => ({ sql: `LOCK TABLE ${quoteQualified(table.schema, table.name)} IN SHARE ROW EXCLUSIVE MODE`, why: 'nobody else writes to it meanwhile' }));
  const ends: ShownStatement[] = [];
  tables.forEach((table, at) => {
    const name = quoteQualified(table.schema, table.name);
    const { opens, closes } = holdTriggers(table);
    open.push(...opens);
    ends.push(...closes);
    for (const { name: rule, always } of table.rules) {
      open.push({ sql: `ALTER TABLE ${name} DISABLE RULE ${quoteIdent(rule)}`, why: 'does not change rows that are moved' });
      ends.push({ sql: `ALTER TABLE ${name} ENABLE ${always ? 'ALWAYS ' : ''}RULE ${quoteIdent(rule)}`, why: 'as before' });
    }
    const later = tables.slice(at + 1);
    for (const key of table.foreignKeys.filter((each) => later.some((parent) => parent.schema === each.schema && parent.name === each.table))) {
      if (key.deferrable) open.push({ sql: `SET CONSTRAINTS ${quoteQualified(table.schema, key.name)} DEFERRED`, why: 'checked once all rows are there' });
      else {
        open.push({ sql: `ALTER TABLE ${name} ALTER CONSTRAINT ${quoteIdent(key.name)} DEFERRABLE INITIALLY DEFERRED`, why: 'checked once all rows are there' });
        ends.push({ sql: `ALTER TABLE ${name} ALTER CONSTRAINT ${quoteIdent(key.name)} NOT DEFERRABLE`, why: 'as before' });
      }
    }
  });
  // Tables with checks that still wait cannot be altered.
  close.push({ sql: 'SET CONSTRAINTS ALL IMMEDIATE', why: 'whatever waited is checked now', writes: tables.map((table) => quoteQualified(table.schema, table.name)).join(', ') }, ...ends);
  return { locks, open, close };
}

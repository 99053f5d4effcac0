/** What has to hold of an update by key, so that a rollback can take back all that it does. */
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import type { TargetTable } from '../adopt/index.ts';
import type { ShownStatement } from './swap-types.ts';

export interface ChangedColumn {
  /** Quoted. */
  readonly name: string;
  /** The staged value as the target takes it, of the staged row `s`. */
  readonly staged: string;
  /** Of the target's column, as in DDL. */
  readonly type: string;
}

/** A row as it is, as `t`, and its former version, as `k`. */
export function sameKey(key: readonly string[]): string {
  return key.map((column) => `t.${quoteIdent(column)} = k.${quoteIdent(column)}`).join(' AND ');
}

/** True, or how many there are. */
const none = (from: string): string => `SELECT CASE count(*) WHEN 0 THEN 'true' ELSE count(*)::text END FROM ${from}`;

/**
 * That no row points, with an ON UPDATE action, at a value that the update is about to change: the server would change that row too, in
 * whatever table it is, and nothing keeps what it was. By their bytes, as the server decides it (manual 5.5.5; RI_FKey_pk_upd_check_required).
 * @param changed - the columns that are updated
 */
export function setOff(target: TargetTable, changed: readonly ChangedColumn[], key: readonly string[], at: { readonly kept: string; readonly staging: string; readonly same: string }): ShownStatement[] {
  const byName = new Map(changed.map((column) => [column.name, column]));
  return target.followers.flatMap(({ name, schema, table, referenced, action, same }) => {
    const changes = referenced.filter((column) => !key.includes(column)).flatMap((column) => {
      const given = byName.get(quoteIdent(column));
      if (given !== undefined) return [`t.${given.name}::text IS DISTINCT FROM (${given.staged})::${given.type}::text`];
      // What the target computes may change with any other column.
      return target.columns.some((each) => each.name === column && each.generated !== null) ? ['true'] : [];
    });
    if (changes.length === 0) return [];
    const pointing = quoteQualified(schema, table);
    return [{
      // A foreign key's action changes them all the same (manual 5.9).
      sql: `SELECT (NOT row_security_active(${quoteLiteral(pointing)}))::text`, why: `no policy hides rows of ${pointing} from this role, which may point at values of ${quoteQualified(target.schema, target.name)} that change (${name}, ON UPDATE ${action})`,
    }, {
      sql: none(`${pointing} AS c WHERE EXISTS (SELECT 1 FROM ${at.kept} AS t JOIN ${at.staging} AS s ON ${at.same} WHERE ${same} AND (${changes.join(' OR ')}))`),
      why: `no row of ${pointing} points at a value of ${quoteQualified(target.schema, target.name)} that changes (${name}, ON UPDATE ${action})`,
    }];
  });
}

/**
 * That no updated row took a value of a unique key that another updated row gave up. The server asks at each row, so such an update works
 * in one order only, and its way back in the other, which no statement can ask for.
 */
export function passedOn(target: TargetTable, key: readonly string[], at: { readonly kept: string; readonly standing: string }): ShownStatement[] {
  const keys = key.map((column, index) => `${quoteIdent(column)} AS k${index}`);
  return target.uniques.filter(({ parts }) => parts.some(({ sql }) => !key.map(quoteIdent).includes(quoteIdentOf(sql)))).map(({ name, parts, predicate }) => {
    const values = [...keys, ...parts.map(({ sql }, index) => `(${sql}) AS v${index}`)].join(', ');
    const where = predicate === null ? '' : ` WHERE ${predicate}`;
    const alike = parts.map(({ equals }, index) => `o.v${index} ${equals} n.v${index}`).join(' AND ');
    return {
      sql: none(`(SELECT ${values} FROM ${at.kept}${where}) AS o\nJOIN (SELECT ${values} FROM (SELECT t.* FROM ${at.standing} AS t JOIN ${at.kept} AS k ON ${sameKey(key)}) AS now${where}) AS n ON ${alike} WHERE (${key.map((_, index) => `o.k${index} = n.k${index}`).join(' AND ')}) IS NOT TRUE`),
      why: `no updated row of ${quoteQualified(target.schema, target.name)} takes a value of the unique key ${name} from another updated row`,
    };
  });
}

/** A name as this program quotes it, of one that the server quotes only where it must. */
const quoteIdentOf = (part: string): string => (part.startsWith('"') ? part : quoteIdent(part));

import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { cutIdentifier, identifierBytes, maxIdentifierBytes, quoteIdent } from '../../../shared/pure/quote.ts';
import type { PlanOptions } from '../../../shared/model/plan.ts';

export type IdentifierPolicy = PlanOptions['identifiers'];

/** Columns every PostgreSQL table already has (manual 5.6, "System Columns"); a table may not declare them. */
const systemColumns = new Set(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid']);

/** `preserve` keeps the name, `lower` lowers it, `snake` also splits camelCase and replaces what is no letter or digit. */
export function applyPolicy(name: string, policy: IdentifierPolicy): string {
  if (policy === 'preserve') return name;
  if (policy === 'lower') return name.toLowerCase();
  const snake = name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
  return snake === '' ? name.toLowerCase() : snake;
}

export interface NamedResult {
  readonly name: string;
  /** Why the name differs from what the policy alone gives: cut at 63 bytes, taken by another, empty, or a system column. */
  readonly changed: 'cut' | 'taken' | 'empty' | 'system' | undefined;
}

/** Hands out names that are unique within one namespace (a schema's relations, a table's columns). */
export interface Namer {
  take(wanted: string): NamedResult;
}

export function createNamer(kind: 'relation' | 'column', reserved: Iterable<string> = []): Namer {
  const taken = new Set<string>(reserved);
  return {
    take(wanted) {
      let changed: NamedResult['changed'];
      let base = wanted;
      if (base === '') {
        base = kind === 'column' ? 'column' : 'table';
        changed = 'empty';
      }
      if (kind === 'column' && systemColumns.has(base)) {
        base = `${base}_`;
        changed = 'system';
      }
      if (identifierBytes(base) > maxIdentifierBytes) {
        base = cutIdentifier(base);
        changed = 'cut';
      }
      let name = base;
      for (let n = 2; taken.has(name); n += 1) {
        const suffix = `_${n}`;
        name = cutIdentifier(base, maxIdentifierBytes - suffix.length) + suffix;
        changed = changed === 'cut' ? 'cut' : 'taken';
      }
      taken.add(name);
      return { name, changed };
    },
  };
}

/** A name with a suffix that survives the cut at 63 bytes, as PostgreSQL makes its own (makeObjectName). */
export function suffixed(base: string, suffix: string): string {
  return cutIdentifier(base, maxIdentifierBytes - identifierBytes(suffix)) + suffix;
}

/**
 * A schema that the tables of a plan may go into: not one of the server's own, nor the program's journal, nor a name the server would cut.
 * @throws TravessiaError INVALID_INPUT
 */
export function assertSchemaName(name: string): void {
  const why = name.trim() === '' ? 'its name is empty'
    : /^(pg_|information_schema$)/i.test(name) ? 'names that begin with pg_, and information_schema, belong to PostgreSQL itself'
    : /^travessia(_|$)/.test(name) ? 'the program keeps its journal and its staging in schemas of that name'
    : identifierBytes(name) > maxIdentifierBytes ? `its name is longer than the ${maxIdentifierBytes} bytes that PostgreSQL keeps` : undefined;
  if (why !== undefined) throw new TravessiaError('INVALID_INPUT', { message: `Tables cannot go into the schema ${quoteIdent(name)}: ${why}.`, hint: 'Name another schema, for example --schema app. One that does not exist is created.' });
}

/** A name that somebody gave an object; where it had to change, that is told as a table's is. */
export function takeTold(names: Namer, wanted: string, at: { readonly findings: Finding[]; readonly table?: string }): string {
  const { name, changed } = names.take(wanted);
  if (changed !== undefined) at.findings.push({ code: `plan.finding.name-${changed}`, severity: 'warning', ...(at.table === undefined ? {} : { table: at.table }), object: wanted, params: { name: wanted, target: name } });
  return name;
}

/** A schema name made of a file name, for consolidations: `tws_status.db` → `tws_status`. */
export function schemaNameOf(database: string): string {
  const base = database.replace(/\.(db|sqlite3?|db3|s3db)$/i, '');
  const name = applyPolicy(base, 'snake');
  return cutIdentifier(/^(pg_|information_schema$|travessia)/.test(name) ? `db_${name}` : name);
}

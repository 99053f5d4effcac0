import type { PlanColumn } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import type { ColumnTarget, StoredAs, TableTarget, TranslationContext } from '../../../shared/pure/sqlite-sql/index.ts';
import { isHashed } from './long-keys.ts';
import { formatKey } from './text-formats.ts';
import type { DraftTable, PlanContext } from './types.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

export const storedAs: Readonly<Record<string, StoredAs>> = {
  'epoch s': 'epoch-s',
  'epoch ms': 'epoch-ms',
  'epoch us': 'epoch-us',
  'julian day': 'julian-day',
};

/** Casts after which a text in the target is not the text SQLite's functions saw. */
const rewriting: ReadonlySet<string> = new Set(['nul escaped', 'blob as utf-8', 'text as bytes', 'bytes escaped', 'latin-1 decoded', 'windows-1252 decoded', 'zone to utc']);

/** A view already translated, so that views on views find it. */
export interface KnownView {
  readonly name: string;
  readonly schema: string;
  readonly target: string;
  readonly columns: ReadonlyMap<string, ColumnTarget>;
}

function columnTarget(column: PlanColumn, table: DraftTable): ColumnTarget {
  const format = /^(date|timestamp)/.test(column.type) && column.cast === undefined ? table.formats.get(formatKey(table.source.name, column.source)) : undefined;
  const stored = column.cast === undefined ? undefined : storedAs[column.cast];
  const classes = table.assessed.columns.find((each) => each.name === column.source)?.classes;
  // A text that is a number became a moment too: nothing computes from it as SQLite did.
  const isRewritten = column.cast !== undefined && (rewriting.has(column.cast) || (stored !== undefined && (classes?.text ?? '0') !== '0'));
  return {
    name: column.target,
    pgType: column.type,
    declaredType: column.declared,
    collate: table.parsed?.collationOf(column.source) ?? 'BINARY',
    notNull: !column.nullable,
    ...(stored === undefined ? {} : { storedAs: stored, storedReals: (classes?.real ?? '0') !== '0' }),
    ...(/^(?:jsonb?|text|varchar.*|char.*)$/.test(column.type) && ((classes?.integer ?? '0') !== '0' || (classes?.real ?? '0') !== '0') ? { storedNumbers: true } : {}),
    ...(isRewritten && column.cast !== undefined ? { rewritten: column.cast } : {}),
    ...(format === undefined ? {} : { textFormat: format }),
    ...(column.collation === undefined ? {} : { pgCollation: column.collation }),
  };
}

/** The one key of a table by which REPLACE is an update; nothing where other keys, triggers or foreign keys' actions would make it more. */
function replaceKeyOf(table: DraftTable, tables: readonly DraftTable[], watched: ReadonlySet<string>): { readonly replaceKey?: readonly string[] } {
  const { source } = table;
  const name = foldName(source.name);
  const key = source.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
  const uniques = source.indexes.filter((index) => index.unique && index.origin !== 'pk');
  const isPlain = key.every((column) => /^binary$/i.test(table.parsed?.collationOf(column) ?? 'BINARY') && table.columns.some((each) => each.include && each.source === column));
  const isDepended = tables.some((other) => other.source.foreignKeys.some((foreign) => foldName(foreign.parent) === name && [foreign.onDelete, foreign.onUpdate].some((action) => /^(CASCADE|SET)/i.test(action))));
  return key.length === 0 || table.assessed.nullKeys !== '0' || uniques.length > 0 || !isPlain || isDepended || watched.has(name) ? {} : { replaceKey: key };
}

/** What the translator asks: the target of a source table or view, by its name in any case. */
export function translationContext(tables: readonly DraftTable[], views: readonly KnownView[], context: Pick<PlanContext, 'serverVersion' | 'options'>, watched: ReadonlySet<string> = new Set()): TranslationContext {
  return {
    serverVersion: context.serverVersion,
    table(name): TableTarget | undefined {
      const wanted = foldName(name);
      const table = tables.find((candidate) => foldName(candidate.source.name) === wanted);
      if (table !== undefined) {
        const alias = table.source.rowidAlias;
        const key = table.source.columns.filter((column) => column.pk > 0).map((column) => column.name);
        const keyIndex = table.source.indexes.find((index) => index.origin === 'pk');
        const generated = table.source.columns.filter(({ hidden }) => hidden === 2 || hidden === 3).map((column) => column.name);
        return {
          ...(generated.length === 0 ? {} : { generated }),
          qualified: quoteQualified(table.schema, table.target),
          columns: new Map(table.columns.filter((column) => column.include).map((column) => [column.source, columnTarget(column, table)])),
          ...(alias === null ? {} : { rowidAlias: alias }),
          ...(key.length === 0 || table.assessed.nullKeys !== '0' || isHashed(table, keyIndex, context) ? {} : { primaryKey: key }),
          ...(isHashed(table, keyIndex, context) ? {} : replaceKeyOf(table, tables, watched)),
        };
      }
      const view = views.find((candidate) => foldName(candidate.name) === wanted);
      if (view === undefined) return undefined;
      return {
        qualified: quoteQualified(view.schema, view.target),
        columns: view.columns,
      };
    },
  };
}

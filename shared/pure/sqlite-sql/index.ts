/**
 * SQLite's SQL: read it, and say the same in PostgreSQL. Pure text in, text out.
 *
 * Glossary
 * - Definition: what a CREATE statement says, as a structure; texts inside (types, expressions) are kept as written.
 * - Affinity: the class SQLite would like a column's values to have, taken from its declared type. It decides comparisons.
 * - Context: what the plan knows: tables and views by source name, with the target's names and types.
 * - Stored as: how the loader read the source's value into the target's type (epoch seconds into a timestamp, say).
 * - Note: something a person should know about a translation that holds.
 * - Untranslatable: raised, with a plain reason, where the meaning would not be the same. Nothing is guessed.
 */

export { tokenize } from './tokenizer.ts';
export type { Token, TokenType } from './tokenizer.ts';
export { SqliteSyntaxError, Untranslatable } from './errors.ts';
export { parseCreateTable } from './create-table.ts';
export type { KeyColumn, TableComment, TableConstraint, TableDefinition } from './create-table.ts';
export type { ColumnDefault, ColumnDefinition, ConflictAction, ForeignKeyAction, References } from './column-definition.ts';
export { parseCreateIndex } from './create-index.ts';
export type { IndexDefinition, IndexTerm } from './create-index.ts';
export { parseCreateView } from './create-view.ts';
export type { ViewDefinition } from './create-view.ts';
export { parseCreateTrigger } from './create-trigger.ts';
export type { TriggerDefinition } from './create-trigger.ts';
export { parseCreateVirtualTable } from './create-virtual-table.ts';
export type { VirtualTableDefinition } from './create-virtual-table.ts';
export { cutName, quoteName } from './context.ts';
export type { ColumnTarget, StoredAs, TableTarget, Translated, TranslationContext } from './context.ts';
export { affinityOf } from './typed.ts';
export type { Affinity } from './typed.ts';
export { translateDefault } from './translate-default.ts';
export type { TranslatedDefault } from './translate-default.ts';
export { translateCheck } from './translate-check.ts';
export type { TranslatedCheck } from './translate-check.ts';
export { translateGenerated } from './translate-generated.ts';
export { translateIndex } from './translate-index.ts';
export type { TranslatedIndex } from './translate-index.ts';
export { translateView } from './translate-view.ts';
export type { TranslatedView } from './translate-view.ts';
export { translateTrigger } from './translate-trigger.ts';
export type { TranslatedTrigger, TriggerStep } from './translate-trigger.ts';
export type { TriggerStatement } from './parse-trigger-body.ts';
export { qualifyTables } from './qualify-tables.ts';
export { translateExpression, translateSelect } from './translate-select.ts';

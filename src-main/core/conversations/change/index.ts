/**
 * change: what a DBA may do to conversations of a PostgreSQL library: delete, rename, rewrite a message, purge, and put back.
 *
 * plan: what would be done, as SQL with counts; approved by its hash. kept: rows as they were, in the schema `travessia` of their database, until
 * somebody has them forgotten. cascade: what goes with a conversation, by foreign keys and by the mapping.
 */
export { planDelete, planPurge, type DeletionPlan } from './delete.ts';
export { planRename, planRewrite } from './edit.ts';
export { countsOf, listKept } from './kept.ts';
export { look, perform } from './perform.ts';
export { hashOf, shownPlan, type ChangePlan } from './plan.ts';
export { withValues } from './shown-sql.ts';
export { performPurge } from './purge.ts';
export { planForget, planUndo } from './undo.ts';

/**
 * template: how the stores of a known program go into PostgreSQL. meaning: what a column stands for in that program, believed only
 * where every value bears it.
 */
export { schemaFor, templateOverrides } from './apply.ts';
export { withStructure } from './structure.ts';
export { findTemplate, listTemplates } from './templates.ts';
export { missingTables, unmetBy } from './unmet.ts';

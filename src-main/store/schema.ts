import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The store's tables for drizzle; the migrations create them, and a test compares the two. */
export const connections = sqliteTable('connections', {
  id: text('id').primaryKey(), name: text('name').notNull(), createdAt: text('created_at').notNull(), document: text('document').notNull(),
});
export const projects = sqliteTable('projects', {
  id: text('id').primaryKey(), state: text('state').notNull(), createdAt: text('created_at').notNull(), updatedAt: text('updated_at').notNull(), document: text('document').notNull(),
});
export const plans = sqliteTable('plans', {
  id: text('id').notNull(), version: integer('version').notNull(), createdAt: text('created_at').notNull(), note: text('note').notNull(), document: text('document').notNull(),
}, (table) => [primaryKey({ columns: [table.id, table.version] })]);
export const runs = sqliteTable('runs', {
  id: text('id').primaryKey(), projectId: text('project_id'), planId: text('plan_id').notNull(), state: text('state').notNull(),
  createdAt: text('created_at').notNull(), updatedAt: text('updated_at').notNull(), document: text('document').notNull(),
});
export const runEvents = sqliteTable('run_events', {
  seq: integer('seq').primaryKey({ autoIncrement: true }), runId: text('run_id').notNull(), at: text('at').notNull(), event: text('event').notNull(), detail: text('detail').notNull(),
});
export const assessments = sqliteTable('assessments', {
  id: text('id').primaryKey(), createdAt: text('created_at').notNull(), source: text('source').notNull(), database: text('database').notNull(),
  grade: text('grade').notNull(), rows: text('rows').notNull(), document: text('document').notNull(),
});
export const verifications = sqliteTable('verifications', {
  id: text('id').primaryKey(), runId: text('run_id'), createdAt: text('created_at').notNull(), equal: integer('equal', { mode: 'boolean' }).notNull(), document: text('document').notNull(),
});
export const differences = sqliteTable('differences', {
  verificationId: text('verification_id').notNull(), seq: integer('seq').notNull(), tableName: text('table_name').notNull(), document: text('document').notNull(),
}, (table) => [primaryKey({ columns: [table.verificationId, table.seq] })]);
export const jobs = sqliteTable('jobs', {
  id: text('id').primaryKey(), state: text('state').notNull(), startedAt: text('started_at').notNull(), document: text('document').notNull(),
});
export const jobLog = sqliteTable('job_log', {
  seq: integer('seq').primaryKey({ autoIncrement: true }), jobId: text('job_id').notNull(), at: text('at').notNull(), level: text('level').notNull(), text: text('text').notNull(),
  code: text('code'), params: text('params'),
});
export const settings = sqliteTable('settings', { key: text('key').primaryKey(), value: text('value').notNull() });
export const audit = sqliteTable('audit', {
  seq: integer('seq').primaryKey({ autoIncrement: true }), at: text('at').notNull(), who: text('who').notNull(), call: text('call').notNull(), detail: text('detail').notNull(), outcome: text('outcome').notNull(), prev: text('prev'), mac: text('mac'),
});
export const replicas = sqliteTable('replicas', {
  id: text('id').primaryKey(), createdAt: text('created_at').notNull(), revokedAt: text('revoked_at'), document: text('document'),
});
export const libraries = sqliteTable('libraries', {
  id: text('id').primaryKey(), name: text('name').notNull(), createdAt: text('created_at').notNull(), document: text('document').notNull(),
});
export const guardProfile = sqliteTable('guard_profile', {
  id: integer('id').primaryKey(), profile: text('profile').notNull(), failures: integer('failures').notNull(), blockedUntil: integer('blocked_until').notNull(),
});
export const guardJobs = sqliteTable('guard_jobs', { jobId: text('job_id').primaryKey() });

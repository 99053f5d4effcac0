import { z } from 'zod';
import { auditCheckSchema, auditEntrySchema, profileSchema } from '../model/guard.ts';
import { done, nothing, page, shown } from './common.ts';
import { call } from './define.ts';

/** Who may do what, and what was done. */
export const guardCalls = {
  'profile/get': call('read', 'The profile in force and what it allows', nothing, profileSchema),
  'profile/enter': call('write', 'Enter the support profile: everything but conversations is refused until it is left with its passphrase',
    z.object({ profile: z.literal('support'), /** Required the first time; changes it where none was ever set. */ passphrase: z.string().min(8).max(200).optional() }), profileSchema),
  'profile/leave': call('write', 'Leave the support profile', z.object({ passphrase: z.string().max(200) }), profileSchema),
  'profile/role-sql': call('read', 'SQL for a database role that may read the tables of a library and nothing else',
    z.object({ library: z.string(), role: z.string().trim().min(1).max(63) }), shown.extend({ /** What the role may do besides, for reasons outside of these statements. */ warnings: z.array(z.string()) })),

  'audit/list': call('read', 'Who did what, newest first', z.object({ ...page, who: z.string().optional(), call: z.string().optional(), from: z.string().optional(), to: z.string().optional() }),
    z.object({ rows: z.array(auditEntrySchema), next: z.string().nullable() })),
  'audit/check': call('read', 'Prove that no line of the audit was changed, taken out, cut off or made anew', nothing, auditCheckSchema),
  'audit/export': call('read', 'The audit with its chain, as NDJSON, a page at a time', z.object({ after: z.string().optional() }), z.object({ text: z.string(), next: z.string().nullable() })),
  'audit/anchor': call('write', 'Accept the audit as it is, after a damage was looked into: the chain begins anew and says so', z.object({ reason: z.string().trim().min(5).max(500) }), done),
} as const;

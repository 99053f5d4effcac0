import { z } from 'zod';

/** dba: everything. support: conversations, read-only and masked, and nothing else (design: conversations.md, "Limits and trust"). */
export const profileNames = ['dba', 'support'] as const;

export const profileSchema = z.object({
  profile: z.enum(profileNames),
  /** A passphrase was set once: entering again needs none, leaving needs it. */
  hasPassphrase: z.boolean(),
  /** Names of the calls that are allowed; the renderer hides what is not among them, the core refuses it. */
  calls: z.array(z.string()),
  /** Personal data is masked: always for support, a setting for a DBA. */
  masking: z.boolean(),
  /** Who the audit says it is: the operating system's user. */
  who: z.string(),
});
export type Profile = z.infer<typeof profileSchema>;

export const auditEntrySchema = z.object({
  seq: z.number(),
  at: z.string(),
  /** `ana (web)`: the operating system's user and the host. */
  who: z.string(),
  call: z.string(),
  /** The input without secrets and without personal data, cut. */
  detail: z.string(),
  /** `ok` or the error's code. */
  outcome: z.string(),
});
export type AuditLine = z.infer<typeof auditEntrySchema>;

/**
 * changed: a line is not as it was written. missing: lines were taken out. truncated: the newest lines are gone. rebuilt: the chain was made anew, or its file
 * replaced. unproven: lines were written while the key could not be read. no-anchor: the secret store does not say where the chain stood.
 */
export const auditProblems = ['changed', 'missing', 'truncated', 'rebuilt', 'unproven', 'no-anchor'] as const;
export const auditProblemSchema = z.object({ kind: z.enum(auditProblems), seq: z.number().nullable() });
export type AuditProblem = z.infer<typeof auditProblemSchema>;
export const auditCheckSchema = z.object({
  intact: z.boolean(),
  lines: z.number(),
  /** Lines of before the chain was introduced: kept, not provable. */
  unchained: z.number(),
  /** Where the audit is not as it was written: `seq` is the first line concerned. */
  problems: z.array(auditProblemSchema),
  checkedAt: z.string(),
});
export type AuditCheck = z.infer<typeof auditCheckSchema>;

import { z } from 'zod';
import { thresholdsSchema } from './assessment.ts';

/** A day. */
export const maxReplicaMinutes = 1440;

export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'pt-BR']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['comfortable', 'dense']).default('comfortable'),
  thresholds: thresholdsSchema.prefault({}),
  rejectShare: z.number().min(0).max(1).default(0.01),
  tourDone: z.boolean().default(false),
  /** Minutes between two refreshes of offline replicas while the console runs; 0 for never. */
  replicaMinutes: z.number().int().min(0).max(maxReplicaMinutes).default(5),
  /** Personal data in conversations is hidden from a DBA too; from support always. */
  masking: z.boolean().default(true),
});
export type Settings = z.infer<typeof settingsSchema>;

/** A change of some settings, without defaults for the rest. */
export const settingsChangeSchema = z
  .object({
    language: z.enum(['system', 'en', 'pt-BR']),
    theme: z.enum(['system', 'light', 'dark']),
    density: z.enum(['comfortable', 'dense']),
    thresholds: thresholdsSchema,
    rejectShare: z.number().min(0).max(1),
    tourDone: z.boolean(),
    replicaMinutes: z.number().int().min(0).max(maxReplicaMinutes),
    masking: z.boolean(),
  })
  .partial();

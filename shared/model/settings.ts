import { z } from 'zod';
import { thresholdsSchema } from './assessment.ts';

export const settingsSchema = z.object({
  language: z.enum(['system', 'en', 'pt-BR']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  density: z.enum(['comfortable', 'dense']).default('comfortable'),
  thresholds: thresholdsSchema.prefault({}),
  rejectShare: z.number().min(0).max(1).default(0.01),
  tourDone: z.boolean().default(false),
});
export type Settings = z.infer<typeof settingsSchema>;

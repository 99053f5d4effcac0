import type { en } from './en.ts';
import type { Texts } from './texts.ts';
import { ptBR as common } from './texts/common.ts';
import { ptBR as shell } from './texts/shell.ts';
import { ptBR as jobs } from './texts/jobs.ts';
import { ptBR as audit } from './texts/audit.ts';
import { ptBR as settings } from './texts/settings.ts';
import { ptBR as files } from './texts/files.ts';
import { ptBR as connections } from './texts/connections.ts';
import { ptBR as welcome } from './texts/welcome.ts';
import { ptBR as projects } from './texts/projects.ts';
import { ptBR as assess } from './texts/assess.ts';
import { ptBR as plan } from './texts/plan.ts';
import { ptBR as repairs } from './texts/repairs.ts';
import { ptBR as runs } from './texts/runs.ts';
import { ptBR as libraries } from './texts/libraries.ts';
import { ptBR as reader } from './texts/reader.ts';
import { ptBR as conversationWork } from './texts/conversation-work.ts';
import { ptBR as profile } from './texts/profile.ts';
import { ptBR as errors } from './texts/errors.ts';

/** Brazilian Portuguese; a missing key does not compile. */
export const ptBR: Texts<typeof en> = { common, shell, jobs, audit, settings, files, connections, welcome, projects, assess, plan, repairs, runs, libraries, reader, ...conversationWork, profile, errors };

import { en as common } from './texts/common.ts';
import { en as shell } from './texts/shell.ts';
import { en as jobs } from './texts/jobs.ts';
import { en as audit } from './texts/audit.ts';
import { en as settings } from './texts/settings.ts';
import { en as files } from './texts/files.ts';
import { en as connections } from './texts/connections.ts';
import { en as welcome } from './texts/welcome.ts';
import { en as projects } from './texts/projects.ts';
import { en as assess } from './texts/assess.ts';
import { en as plan } from './texts/plan.ts';
import { en as repairs } from './texts/repairs.ts';
import { en as runs } from './texts/runs.ts';
import { en as libraries } from './texts/libraries.ts';
import { en as reader } from './texts/reader.ts';
import { en as conversationWork } from './texts/conversation-work.ts';
import { en as profile } from './texts/profile.ts';
import { en as errors } from './texts/errors.ts';

/** English, the language whose keys all others must have. */
export const en = { common, shell, jobs, audit, settings, files, connections, welcome, projects, assess, plan, repairs, runs, libraries, reader, ...conversationWork, profile, errors } as const;

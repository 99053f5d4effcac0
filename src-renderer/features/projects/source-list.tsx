import { CircleDashed } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import type { Project } from '../../../shared/model/project.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useJobs } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { Grade } from '../../ui/badges.tsx';
import { JobProgress, usePhase } from '../jobs/job-parts.tsx';
import { LeftOut, Trouble } from './source-trouble.tsx';

const nameOf = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** Every source of a project with how far its assessment is: waiting, at work, done with its grade, in trouble, or left out. */
export function SourceList({ project, made, busy, onMove }: { project: Project; made: CallOutput<'assess/list'>; busy: boolean; onMove: (source: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phase = usePhase();
  const jobs = useJobs((state) => state.jobs);
  return (
    <ul className="flex flex-col gap-1">
      {project.sources.map((source) => {
        const done = made.find((each) => each.source === source);
        const trouble = project.troubles.find((each) => each.source === source);
        const troubled = { project, source, name: nameOf(source), busy };
        const job = jobs.find((each) => each.kind === 'assess' && each.projectId === project.id && each.title === source);
        if (project.leftOut.includes(source)) return <li key={source} className="text-sm" title={source}><LeftOut {...troubled} trouble={trouble} /></li>;
        if (trouble && !(job && isActive(job))) return <li key={source} className="text-sm" title={source}><Trouble {...troubled} trouble={trouble} onMove={() => onMove(source)} /></li>;
        return (
          <li key={source} className="flex min-h-6 items-center gap-2 text-sm" title={source}>
            {job && isActive(job) ? (
              <>
                <span className="min-w-0 truncate">{nameOf(source)}</span>
                <span className="w-32 shrink-0"><JobProgress job={job} slim /></span>
                <span className="tabular text-xs whitespace-nowrap text-ink-soft">{phase(job.phase)}{job.rowsTotal > 0 ? ` · ${t('jobs.rowsOf', { done: format.number(job.rows), total: format.number(job.rowsTotal) })}` : ''}</span>
              </>
            ) : done ? (
              <>
                <Grade grade={done.grade} />
                <a href={href(['assessments', done.id])} className="rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-ink">
                  {t('projects.assessed', { database: done.database, grade: done.grade, rows: format.big(done.rows) })}
                </a>
              </>
            ) : (
              <>
                <CircleDashed aria-hidden className="size-4 shrink-0 text-ink-faint" />
                <span className="min-w-0 truncate">{nameOf(source)}</span>
                <span className="text-xs text-ink-soft">{t('projects.notAssessed')}</span>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

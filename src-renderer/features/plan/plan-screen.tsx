import { useRef, useState } from 'react';
import { Download, Upload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { go, goInPlace } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall, useConsole, useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Badge } from '../../ui/badges.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { downloadText } from '../../ui/download.ts';
import { Select } from '../../ui/fields.tsx';
import { Screen, TabLinks } from '../../ui/layout.tsx';
import { Menu } from '../../ui/menu.tsx';
import { ErrorBox, Note, Skeleton } from '../../ui/states.tsx';
import { FindingsTable } from '../assess/findings-table.tsx';
import { DraftBar } from './draft-bar.tsx';
import { LeftOutTable, leftOutOf } from './left-out.tsx';
import { ObjectDetails, ObjectsTable } from './objects.tsx';
import { Options } from './options.tsx';
import { PlanSide } from './plan-side.tsx';
import { RepairDetails, RepairsTable, keyOfRepair } from './repairs.tsx';
import { stayWithPlan } from './stay-with-plan.ts';
import { TablesView, keyOfTable } from './tables-view.tsx';
import { useAssessments } from './use-assessments.ts';
import { useDraft } from './use-draft.ts';
import { Versions } from './versions.tsx';

export function PlanScreen({ id, view, query }: { id: string; view: string; query: Readonly<Record<string, string>> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { client } = useConsole();
  const asked = query['version'] === undefined ? undefined : Number(query['version']);
  const answer = useCall('plans/get', asked === undefined ? { id } : { id, version: asked });
  const versions = useCall('plans/versions', { id });
  const plan = answer.data;
  const sql = useCall('plans/sql', plan && (view === 'sql' || view === 'tables') ? { id, version: plan.version } : null);
  const project = useShell((state) => state.projects?.find((each) => each.planId === id));
  const handle = useDraft(id);
  const assessments = useAssessments(project && project.assessmentIds.length > 0 ? project.assessmentIds : plan ? [plan.assessmentId] : []);
  const imported = useAction('plans/import');
  const [error, setError] = useState<unknown>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [side, setSide] = useState<'decision' | 'sql'>('decision');

  const crumbs = [{ label: t('projects.title'), href: '#/projects' }, ...(project ? [{ label: project.name, href: href(['projects', project.id]) }] : [])];
  if (!plan) {
    return (
      <Screen title={t('plan.title')} crumbs={crumbs} environment={project?.environment}>
        {answer.error ? <ErrorBox error={answer.error} onRetry={answer.reload} /> : <Skeleton lines={10} />}
      </Screen>
    );
  }
  const newest = Math.max(plan.version, ...(versions.data ?? []).map((each) => each.version));
  const at = (part: string, more: Record<string, string | undefined> = {}): string => href(['plans', id, part], { version: query['version'], ...more });
  const table = plan.tables.find((each) => keyOfTable(each) === query['table']) ?? plan.tables[0];
  const left = leftOutOf(plan);
  const leftOut = left.find((source) => keyOfTable({ source }) === query['table']) ?? (table ? undefined : left[0]);
  const column = table?.columns.find((each) => each.source === query['column']);
  const repairs = plan.repairs ?? [];
  const object = plan.objects[Number(query['object'] ?? '-1')];

  const exportFile = (): void => {
    client.call('plans/export', { id, version: plan.version }).then((file) => downloadText(file.fileName, file.text, 'application/json'), setError);
  };
  const importFile = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const made = await imported.run({ text: await file.text(), ...(project ? { projectId: project.id } : {}) });
    if (made) go(href(['plans', made.id]));
  };
  const details =
    view === 'tables' && leftOut ? <LeftOutTable key={`${keyOfTable({ source: leftOut })} ${plan.version}`} plan={plan} source={leftOut} handle={handle} />
    : view === 'tables' && table ? <PlanSide plan={plan} table={table} column={column} assessments={assessments} handle={handle} sql={sql.data?.sql} side={side} onSide={setSide} />
    : view === 'objects' ? <ObjectDetails object={object} />
    : view === 'repairs' ? <RepairDetails key={`${query['key']} ${plan.version}`} plan={plan} repair={repairs.find((each) => keyOfRepair(each) === query['key'])} next={newest + 1} onSaved={() => stayWithPlan(id, href(['plans', id, 'repairs'], { key: query['key'] }))} />
    : undefined;

  return (
    <Screen
      title={project ? t('plan.titleOf', { name: project.name }) : t('plan.title')}
      crumbs={crumbs}
      environment={project?.environment}
      subtitle={<span className="font-mono text-xs">{t('plan.into', { target: plan.target })}</span>}
      actions={
        <>
          <Select fit aria-label={t('plan.versionShown')} value={plan.version} onChange={(event) => goInPlace(href(['plans', id, view], { ...query, version: Number(event.target.value) === newest ? undefined : event.target.value }))}>
            {(versions.data ?? [{ version: plan.version }]).map((each) => <option key={each.version} value={each.version}>{t('plan.version', { version: each.version })}</option>)}
          </Select>
          <Menu
            label={t('common.more')}
            items={[
              { label: t('plan.export'), icon: <Download aria-hidden className="size-3.5" />, onSelect: exportFile },
              { label: t('plan.import'), icon: <Upload aria-hidden className="size-3.5" />, onSelect: () => picker.current?.click() },
            ]}
          />
          <input ref={picker} type="file" accept=".json,application/json" aria-label={t('plan.importTitle')} tabIndex={-1} className="hidden" onChange={(event) => void importFile(event.target.files?.[0])} />
          {project ? <a href={href(['projects', project.id])} className={buttonClass('primary')}>{t('plan.toProject')}</a> : null}
        </>
      }
      tabs={
        <TabLinks
          label={t('plan.tabs')}
          tabs={[
            { href: at('tables'), label: <>{t('plan.tables')}<Badge>{format.number(plan.tables.length)}</Badge></>, current: view === 'tables' },
            { href: at('sql'), label: t('plan.sql'), current: view === 'sql' },
            { href: at('objects'), label: <>{t('plan.objects')}<Badge>{format.number(plan.objects.length)}</Badge></>, current: view === 'objects' },
            { href: at('repairs'), label: <>{t('repairs.title')}<Badge>{format.number(repairs.length)}</Badge></>, current: view === 'repairs' },
            { href: at('findings'), label: <>{t('plan.findings')}<Badge>{format.number(plan.findings.length)}</Badge></>, current: view === 'findings' },
            { href: at('options'), label: t('plan.options'), current: view === 'options' },
            { href: at('versions'), label: <>{t('plan.versions')}<Badge>{format.number(versions.data?.length ?? 1)}</Badge></>, current: view === 'versions' },
          ]}
        />
      }
      details={details}
      detailsWide={side === 'sql' || view === 'objects' || view === 'repairs'}
      fill
    >
      <div className="flex flex-col gap-2 px-5 empty:hidden [&>*:first-child]:mt-2 [&>*:last-child]:mb-2">
        {plan.version < newest ? <Note actions={<a href={href(['plans', id, view])} className={buttonClass('secondary', 'sm')}>{t('plan.toNewest')}</a>}>{t('plan.older')}</Note> : null}
        <ErrorBox error={error ?? imported.error} />
      </div>
      {view === 'sql' ? (
        <div className="flex min-h-0 flex-1 flex-col">
          <p className="px-5 py-2 text-sm text-ink-soft">{t('plan.sqlHint')}</p>
          <div className="min-h-0 flex-1">{sql.data ? <Code text={sql.data.sql} label={t('plan.sql')} /> : <ErrorBox error={sql.error} />}</div>
        </div>
      ) : view === 'objects' ? (
        <ObjectsTable objects={plan.objects} several={plan.sources.length > 1} selected={query['object'] ?? null} outcome={query['outcome'] ?? ''} onChange={(change) => goInPlace(at('objects', { object: query['object'], outcome: query['outcome'], ...change }))} />
      ) : view === 'repairs' ? (
        <RepairsTable repairs={repairs} several={plan.sources.length > 1} selected={query['key'] ?? null} onSelect={(key) => goInPlace(at('repairs', { key }))} />
      ) : view === 'findings' ? (
        <FindingsTable findings={plan.findings} />
      ) : view === 'options' ? (
        <Options plan={plan} handle={handle} />
      ) : view === 'versions' ? (
        <Versions plan={plan} versions={versions.data ?? []} />
      ) : (
        <TablesView plan={plan} assessments={assessments} table={table} leftOut={leftOut} column={column?.source ?? null} draft={handle.draft} onChange={(change) => goInPlace(at('tables', change))} />
      )}
      <DraftBar plan={plan} here={href(['plans', id, view], { ...query, version: undefined })} next={newest + 1} handle={handle} assessments={assessments} visible={view === 'tables'} />
    </Screen>
  );
}

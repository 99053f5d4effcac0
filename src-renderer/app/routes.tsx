import { Suspense, lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { AssessmentScreen } from '../features/assess/assessment-screen.tsx';
import { AuditScreen } from '../features/audit/audit-screen.tsx';
import { ConnectionsScreen } from '../features/connections/connections-screen.tsx';
import { JobsScreen } from '../features/jobs/jobs-screen.tsx';
import { NotInProfile } from '../features/profile/not-in-profile.tsx';
import { PlanScreen } from '../features/plan/plan-screen.tsx';
import { ProjectScreen } from '../features/projects/project-screen.tsx';
import { ProjectsScreen } from '../features/projects/projects-screen.tsx';
import { RunScreen } from '../features/runs/run-screen.tsx';
import { RunsScreen } from '../features/runs/runs-screen.tsx';
import { SettingsScreen } from '../features/settings/settings-screen.tsx';
import { WelcomeScreen } from '../features/welcome/welcome-screen.tsx';
import type { CallName } from '../../shared/contract/contract.ts';
import { useAllowed, useShell } from '../stores/hooks.tsx';
import type { Route } from '../stores/route.ts';
import { buttonClass } from '../ui/button.tsx';
import { Screen } from '../ui/layout.tsx';
import { Empty } from '../ui/states.tsx';

/** Loaded when first opened: the console starts without it. */
const ConversationRoutes = lazy(() => import('../features/conversations/conversations-routes.tsx'));

/** The call without which a screen has nothing to show. */
const needs: Readonly<Record<string, CallName>> = {
  welcome: 'sample/migrate', projects: 'projects/list', connections: 'connections/list', assessments: 'assess/get', plans: 'plans/get', runs: 'runs/list', conversations: 'libraries/list', replicas: 'replicas/list', jobs: 'jobs/list',
  audit: 'audit/list', settings: 'settings/get',
};

/** Which screen an address shows. Every view is an address, so every view can be linked and reloaded. */
export function Routes({ route }: { route: Route }) {
  const [place = '', id, view, item] = route.path;
  const may = useAllowed();
  const need = Object.hasOwn(needs, place) ? needs[place] : undefined;
  if (need !== undefined && !may(need)) return <NotInProfile />;
  switch (place) {
    case '':
      return <main id="content" className="flex-1 bg-surface" />;
    case 'welcome':
      return <WelcomeScreen />;
    case 'projects':
      return id === undefined ? <ProjectsScreen creating={route.query['new'] === '1'} source={route.query['source']} /> : <ProjectScreen key={id} id={id} />;
    case 'connections':
      return <ConnectionsScreen id={id ?? null} creating={route.query['new'] === '1'} />;
    case 'assessments':
      return id === undefined ? <NotFound /> : <AssessmentScreen key={id} id={id} view={view ?? 'overview'} table={item ?? null} column={route.query['column'] ?? null} />;
    case 'plans':
      return id === undefined ? <NotFound /> : <PlanScreen key={id} id={id} view={view ?? 'tables'} query={route.query} />;
    case 'runs':
      return id === undefined ? <RunsScreen /> : <RunScreen key={id} id={id} view={view ?? 'overview'} query={route.query} />;
    case 'conversations':
    case 'replicas':
      return <Suspense fallback={<main id="content" className="flex-1 bg-surface" />}><ConversationRoutes route={route} /></Suspense>;
    case 'jobs':
      return <JobsScreen id={id ?? null} />;
    case 'audit':
      return <AuditScreen route={route} />;
    case 'settings':
      return <SettingsScreen />;
    default:
      return <NotFound />;
  }
}

export function NotFound() {
  const { t } = useTranslation();
  const isSupport = useShell((state) => state.profile?.profile === 'support');
  return (
    <Screen title={t('common.notFound')}>
      <Empty title={t('common.notFound')} actions={isSupport ? <a href="#/conversations" className={buttonClass('primary')}>{t('profile.toConversations')}</a> : <a href="#/projects" className={buttonClass('primary')}>{t('common.toProjects')}</a>}>
        {t('common.notFoundHint')}
      </Empty>
    </Screen>
  );
}

import { Suspense, lazy } from 'react';
import { useTranslation } from 'react-i18next';
import { AssessmentScreen } from '../features/assess/assessment-screen.tsx';
import { AuditScreen } from '../features/audit/audit-screen.tsx';
import { ConnectionsScreen } from '../features/connections/connections-screen.tsx';
import { JobsScreen } from '../features/jobs/jobs-screen.tsx';
import { PlanScreen } from '../features/plan/plan-screen.tsx';
import { ProjectScreen } from '../features/projects/project-screen.tsx';
import { ProjectsScreen } from '../features/projects/projects-screen.tsx';
import { RunScreen } from '../features/runs/run-screen.tsx';
import { RunsScreen } from '../features/runs/runs-screen.tsx';
import { SettingsScreen } from '../features/settings/settings-screen.tsx';
import { WelcomeScreen } from '../features/welcome/welcome-screen.tsx';
import type { Route } from '../stores/route.ts';
import { buttonClass } from '../ui/button.tsx';
import { Screen } from '../ui/layout.tsx';
import { Empty } from '../ui/states.tsx';

/** Loaded when first opened: the console starts without it. */
const ConversationRoutes = lazy(() => import('../features/conversations/conversations-routes.tsx'));

/** Which screen an address shows. Every view is an address, so every view can be linked and reloaded. */
export function Routes({ route }: { route: Route }) {
  const [place = '', id, view, item] = route.path;
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
      return <AuditScreen />;
    case 'settings':
      return <SettingsScreen />;
    default:
      return <NotFound />;
  }
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Screen title={t('common.notFound')}>
      <Empty title={t('common.notFound')} actions={<a href="#/projects" className={buttonClass('primary')}>{t('common.toProjects')}</a>}>
        {t('common.notFoundHint')}
      </Empty>
    </Screen>
  );
}

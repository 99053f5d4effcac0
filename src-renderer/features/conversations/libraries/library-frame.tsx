import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { useCall, useShell } from '../../../stores/hooks.tsx';
import { href } from '../../../stores/route.ts';
import { buttonClass } from '../../../ui/button.tsx';
import { Screen } from '../../../ui/layout.tsx';
import { Empty, ErrorBox, Skeleton } from '../../../ui/states.tsx';

/** Finds the library an address names, for the screens about it. */
export function LibraryOf({ id, children }: { id: string; children: (library: Library) => ReactNode }) {
  const { t } = useTranslation();
  const libraries = useCall('libraries/list', {});
  const library = libraries.data?.find((each) => each.id === id);
  if (library) return children(library);
  return (
    <Screen title={t('libraries.title')} crumbs={[{ label: t('libraries.title'), href: '#/conversations' }]}>
      {libraries.error ? <ErrorBox error={libraries.error} onRetry={libraries.reload} /> : libraries.data ? (
        <Empty title={t('libraries.gone')} actions={<a href="#/conversations" className={buttonClass('primary')}>{t('libraries.toList')}</a>}>{t('libraries.goneHint')}</Empty>
      ) : <Skeleton lines={8} />}
    </Screen>
  );
}

/** The way back from a screen about a library. */
export function crumbsOf(library: Library, title: string): readonly { readonly label: string; readonly href: string }[] {
  return [{ label: title, href: '#/conversations' }, { label: library.name, href: href(['conversations', library.id]) }];
}

/** Where a library's data is, for people: a connection by its name, a replica as such, else the path. */
export function useSourceName(): (library: Library) => string {
  const { t } = useTranslation();
  const connections = useShell((state) => state.connections);
  return ({ source, kind }) => (kind === 'replica' ? t('libraries.kinds.replica') : (connections?.find((each) => each.id === source)?.name ?? source));
}

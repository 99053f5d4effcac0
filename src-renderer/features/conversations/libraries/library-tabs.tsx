import { useTranslation } from 'react-i18next';
import { TabLinks } from '../../../ui/layout.tsx';

export function LibraryTabs({ current }: { current: 'libraries' | 'replicas' }) {
  const { t } = useTranslation();
  return <TabLinks label={t('libraries.tabs')} tabs={[{ href: '#/conversations', label: t('libraries.libraries'), current: current === 'libraries' }, { href: '#/replicas', label: t('libraries.replicas'), current: current === 'replicas' }]} />;
}

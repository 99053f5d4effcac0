import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Dot, EnvironmentBadge } from '../../ui/badges.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Facts } from '../../ui/layout.tsx';
import { AlertDialog } from '../../ui/overlays.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { isLocal } from './connection-draft.ts';
import { poolText } from './pool-text.ts';
import { TestResult } from './test-result.tsx';

export function ConnectionDetails({ connection, onEdit }: { connection: Connection; onEdit: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const test = useAction('connections/test');
  const remove = useAction('connections/remove');
  const [tested, setTested] = useState<Awaited<ReturnType<typeof test.run>>>(undefined);
  const [asking, setAsking] = useState(false);
  const confirmRemoval = async (): Promise<void> => {
    if (await remove.run({ id: connection.id })) go('#/connections');
    setAsking(false);
  };
  return (
    <div className="flex flex-col gap-4 p-4">
      <h2 className="flex items-center gap-2 font-semibold"><Dot colour={connection.colour} className="size-2.5" /><span className="min-w-0 break-words">{connection.name}</span></h2>
      <Facts
        columns={1}
        facts={[
          [t('connections.kind'), t(`connections.kinds.${connection.kind}`)],
          [t('connections.location'), <span key="location" className="font-mono text-xs break-all">{connection.location}</span>],
          [t('connections.environment'), <EnvironmentBadge key="environment" environment={connection.environment} />],
          [t('connections.readOnly'), connection.readOnly ? t('common.yes') : t('common.no')],
          connection.pool === undefined ? null : [t('connections.pool'), poolText(connection.pool, format.language)],
          [t('connections.created'), format.dateTime(connection.createdAt)],
          [t('connections.lastUsed'), <span key="used">{connection.lastUsedAt === null ? t('connections.never') : `${format.ago(connection.lastUsedAt)} (${format.dateTime(connection.lastUsedAt)})`}<span className="block text-xs text-ink-faint">{t('connections.lastUsedHint')}</span></span>],
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <Button busy={test.pending} onClick={() => void test.run({ id: connection.id }).then(setTested)}>{test.pending ? t('connections.testing') : t('connections.test')}</Button>
        <Button onClick={onEdit}>{t('common.edit')}</Button>
        <Button variant="ghost" onClick={() => setAsking(true)}>{t('common.remove')}</Button>
      </div>
      {connection.kind === 'sqlite' ? <a href={href(['projects'], { new: '1', source: connection.location })} className={buttonClass('secondary')}>{t('connections.newFrom')}</a> : null}
      <TestResult result={tested} error={test.error} network={!isLocal(connection)} />
      <ErrorBox error={remove.error} />
      <AlertDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('connections.removeTitle', { name: connection.name })}
        description={t('connections.removeText')}
        confirm={t('common.remove')}
        busy={remove.pending}
        onConfirm={() => void confirmRemoval()}
      />
    </div>
  );
}

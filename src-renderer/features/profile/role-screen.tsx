import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Code } from '../../ui/code.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Screen } from '../../ui/layout.tsx';
import { ErrorBox, Note, Skeleton } from '../../ui/states.tsx';

/** The SQL of a database role that may read a library and nothing else, for the DBA to run: the console runs none of it. */
export function RoleScreen({ library }: { library: Library }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [role, setRole] = useState('support_reader');
  const name = role.trim();
  const shown = useCall('profile/role-sql', name === '' ? null : { library: library.id, role: name });
  const told = (sentence: string): string => format.retell(sentence, 'role.') ?? sentence;
  const sql = (shown.data?.statements ?? []).map((statement) => `-- ${told(statement.why)}\n${statement.sql};`).join('\n\n');
  return (
    <Screen
      title={t('profile.roleTitle', { name: library.name })}
      crumbs={[{ label: t('shell.conversations'), href: '#/conversations' }, { label: library.name, href: href(['conversations', library.id]) }]}
      subtitle={t('profile.roleText')}
      fill
    >
      <div className="flex flex-col gap-3 px-5 py-3">
        <Field label={t('profile.roleName')} className="max-w-xs">{(ids) => <Input {...ids} mono maxLength={63} value={role} onChange={(event) => setRole(event.target.value)} />}</Field>
        {shown.error === undefined ? null : <ErrorBox error={shown.error} onRetry={shown.reload} />}
        {shown.data && shown.data.warnings.length > 0 ? <Note tone="warn"><ul className="list-disc pl-4">{shown.data.warnings.map((warning) => <li key={warning}>{told(warning)}</li>)}</ul></Note> : null}
        {shown.pending ? <Skeleton lines={6} /> : null}
      </div>
      {shown.data ? (
        <section aria-label={t('profile.roleSql')} className="flex min-h-0 flex-1 flex-col border-t">
          <div className="flex items-center gap-4 px-5 py-1.5">
            <h2 className="flex-1 text-sm font-semibold">{t('profile.roleSql')}</h2>
            <CopyButton text={sql} />
          </div>
          <div className="min-h-0 flex-1"><Code text={sql} label={t('profile.roleSql')} /></div>
        </section>
      ) : null}
    </Screen>
  );
}

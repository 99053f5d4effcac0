import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/model/project.ts';
import { useShell } from '../../stores/hooks.tsx';
import { Field, Input, Segmented, Select } from '../../ui/fields.tsx';
import { Note } from '../../ui/states.tsx';
import { holdsPassword } from './connection-draft.ts';

type TargetKind = 'embedded' | 'saved' | 'url' | 'pglite';

interface TargetDraft {
  readonly kind: TargetKind;
  /** A saved connection's id. */
  readonly saved: string;
  readonly url: string;
  readonly folder: string;
}

export interface TargetChoice {
  readonly draft: TargetDraft;
  readonly servers: readonly Connection[];
  /** The saved connection, where one is chosen. */
  readonly connection: Connection | undefined;
  /** As calls take it; empty where nothing is named yet. */
  readonly reference: string;
  /** It can be written into, as far as that is known here. */
  readonly valid: boolean;
  change(change: Partial<TargetDraft>): void;
}

/** A target that a person is choosing: the embedded server, a saved connection, an address or a PGlite folder. */
export function useTarget(): TargetChoice {
  const embedded = useShell((state) => state.info?.embeddedAvailable ?? false);
  const servers = (useShell((state) => state.connections) ?? []).filter((each) => each.kind !== 'sqlite');
  const [draft, setDraft] = useState<TargetDraft>({ kind: embedded ? 'embedded' : servers.length > 0 ? 'saved' : 'url', saved: servers[0]?.id ?? '', url: '', folder: '' });
  const chosen = servers.find((each) => each.id === draft.saved);
  const folder = draft.folder.trim();
  const reference = { embedded: 'embedded', saved: chosen?.name ?? '', pglite: folder === '' ? '' : `pglite:${folder}`, url: draft.url.trim() }[draft.kind];
  const connection = draft.kind === 'saved' ? chosen : undefined;
  return {
    draft, servers, connection, reference,
    valid: reference !== '' && !(draft.kind === 'url' && holdsPassword(draft.url)) && connection?.readOnly !== true,
    change: (change) => setDraft({ ...draft, ...change }),
  };
}

/**
 * @param tried - what is missing is told once somebody went on without it
 * @param standing - only a target that is there already is asked for
 */
export function TargetField({ target, tried, standing = false }: { target: TargetChoice; tried: boolean; standing?: boolean }) {
  const { t } = useTranslation();
  const embedded = useShell((state) => state.info?.embeddedAvailable ?? false);
  const { draft: { kind, saved, url, folder }, servers, connection, reference, change } = target;
  const needed = tried && reference === '' ? t('projects.targetNeeded') : undefined;
  return (
    <>
      <Segmented
        label={t('projects.target')}
        value={kind}
        onChange={(next) => change({ kind: next })}
        options={[
          { value: 'embedded', label: t('projects.targetEmbedded') },
          { value: 'saved', label: t('projects.targetSaved') },
          { value: 'url', label: t('projects.targetUrl') },
          { value: 'pglite', label: t('projects.targetPglite') },
        ]}
      />
      {kind === 'embedded' ? (
        embedded ? (standing ? null : <p className="text-xs text-ink-faint">{t('projects.targetEmbeddedHint')}</p>) : <Note tone="warn">{t('projects.targetEmbeddedMissing')}</Note>
      ) : kind === 'saved' ? (
        servers.length === 0 ? (
          <Note>{t('projects.targetNone')}</Note>
        ) : (
          <Field label={t('projects.targetConnection')} problem={connection?.readOnly ? t('projects.targetReadOnly') : undefined}>
            {(ids) => (
              <Select {...ids} value={saved} onChange={(event) => change({ saved: event.target.value })}>
                {servers.map((each) => <option key={each.id} value={each.id}>{`${each.name} (${t(`common.environments.${each.environment}`)})`}</option>)}
              </Select>
            )}
          </Field>
        )
      ) : kind === 'pglite' ? (
        <Field label={t('projects.targetPgliteFolder')} hint={standing ? undefined : t('projects.targetPgliteHint')} problem={needed}>
          {(ids) => <Input {...ids} mono value={folder} onChange={(event) => change({ folder: event.target.value })} />}
        </Field>
      ) : (
        <Field label={t('projects.targetUrl')} hint={t('projects.targetUrlHint')} problem={holdsPassword(url) ? t('connections.passwordInUrl') : needed}>
          {(ids) => <Input {...ids} mono placeholder="postgres://" value={url} onChange={(event) => change({ url: event.target.value })} />}
        </Field>
      )}
    </>
  );
}

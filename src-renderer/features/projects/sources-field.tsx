import { useState } from 'react';
import { Database, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useShell } from '../../stores/hooks.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { ChooseFile } from '../files/file-field.tsx';

interface SourcesProps {
  readonly sources: readonly string[];
  readonly onChange: (sources: readonly string[]) => void;
  readonly problem: string | undefined;
}

/** The sources of a project: typed, chosen, or taken from the saved connections. */
export function SourcesField({ sources, onChange, problem }: SourcesProps) {
  const { t } = useTranslation();
  // A server is named by its connection, which has the password; a file by its path.
  const nameOf = (each: { readonly kind: string; readonly name: string; readonly location: string }): string => (each.kind === 'sqlite' ? each.location : each.name);
  const saved = (useShell((state) => state.connections) ?? []).filter((each) => each.kind !== 'embedded' && !sources.includes(nameOf(each)));
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>(null);
  const add = (path: string): void => {
    const clean = path.trim();
    if (clean !== '' && !sources.includes(clean)) onChange([...sources, clean]);
    setTyped('');
  };
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-xs font-medium text-ink-soft">{t('projects.sources')}</legend>
      {sources.length === 0 ? null : (
        <ul className="flex flex-col divide-y divide-line rounded-md border">
          {sources.map((path) => (
            <li key={path} className="flex items-center gap-2 py-1 pr-1 pl-2.5">
              <Database aria-hidden className="size-4 shrink-0 text-accent" />
              <span className="min-w-0 flex-1 font-mono text-xs break-all">{path}</span>
              <IconButton label={t('projects.removeSource', { path })} onClick={() => onChange(sources.filter((each) => each !== path))}>
                <X aria-hidden className="size-3.5" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <div className="flex items-end gap-2">
        <Field label={t('projects.addPath')} problem={problem} hint={t('projects.sourcesHint')} className="flex-1">
          {(ids) => (
            <span className="flex gap-2">
              <Input
                {...ids}
                mono
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
                onKeyDown={(event) => {
                  if (event.key === 'Enter') {
                    event.preventDefault();
                    add(typed);
                  }
                }}
              />
              <Button disabled={typed.trim() === ''} onClick={() => add(typed)}>{t('projects.add')}</Button>
              <ChooseFile onPick={add} onError={setError} />
            </span>
          )}
        </Field>
      </div>
      {saved.length === 0 ? null : (
        <div className="flex flex-wrap items-center gap-1.5">
          <span className="text-xs text-ink-faint">{t('projects.savedSource')}:</span>
          {saved.map((each) => <Button key={each.id} size="sm" onClick={() => add(nameOf(each))}>{each.name}</Button>)}
        </div>
      )}
      <ErrorBox error={error} />
    </fieldset>
  );
}

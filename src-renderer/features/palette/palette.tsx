import { useEffect, useState } from 'react';
import { Command as Base } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useTranslation } from 'react-i18next';
import { useAllowed, useCall } from '../../stores/hooks.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { useFocusBack } from '../../ui/use-focus-back.ts';
import { useCommands } from './use-commands.tsx';

const groups = ['actions', 'projects', 'conversations', 'go', 'connections', 'runs', 'view'] as const;

/** Every command by name, under Ctrl or Cmd with K. */
export function Palette({ open, onClose, onToggleJobs }: { open: boolean; onClose: () => void; onToggleJobs: () => void }) {
  const { t } = useTranslation();
  const may = useAllowed();
  const runs = useCall('runs/list', open && may('runs/list') ? {} : null);
  const libraries = useCall('libraries/list', open ? {} : null);
  const [error, setError] = useState<unknown>(null);
  const commands = useCommands(runs.data ?? [], libraries.data ?? [], onToggleJobs, setError);
  useEffect(() => {
    if (open) setError(null);
  }, [open]);
  const giveBack = useFocusBack(open);
  return (
    <>
      <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
        <Dialog.Portal>
          <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
          <Dialog.Content aria-describedby={undefined} onCloseAutoFocus={giveBack} className="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-raised shadow-pop">
            <Dialog.Title className="sr-only">{t('shell.palette')}</Dialog.Title>
            <Base loop label={t('shell.palette')}>
              <Base.Input autoFocus placeholder={t('shell.paletteHint')} className="h-11 w-full border-b bg-transparent px-4 text-base outline-none" />
              <Base.List label={t('shell.palette')} className="max-h-[54vh] overflow-y-auto p-1.5">
                <Base.Empty className="px-3 py-6 text-center text-sm text-ink-soft">{t('shell.paletteEmpty')}</Base.Empty>
                {groups.map((group) => {
                  const own = commands.filter((command) => command.group === group);
                  return own.length === 0 ? null : (
                    <Base.Group key={group} heading={t(`shell.paletteGroups.${group}`)} className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-ink-faint">
                      {own.map((command) => (
                        <Base.Item
                          key={command.id}
                          value={`${command.label} ${command.hint ?? ''} ${command.id}`}
                          onSelect={() => {
                            onClose();
                            command.run();
                          }}
                          className="flex h-8 items-center gap-3 rounded-md px-2.5 text-sm data-[selected=true]:bg-selected"
                        >
                          <span className="min-w-0 flex-1 truncate">{command.label}</span>
                          {command.hint === undefined ? null : <span className="max-w-[45%] truncate text-xs text-ink-faint">{command.hint}</span>}
                        </Base.Item>
                      ))}
                    </Base.Group>
                  );
                })}
              </Base.List>
            </Base>
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      {error ? (
        <div className="fixed right-4 bottom-20 z-40 w-96">
          <ErrorBox error={error} />
        </div>
      ) : null}
    </>
  );
}

import { useRef } from 'react';
import type { ReactNode } from 'react';
import { AlertDialog as Alert, Dialog as Base } from 'radix-ui';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, IconButton } from './button.tsx';
import { cx } from './cx.ts';
import { useFocusBack } from './use-focus-back.ts';

interface OverlayProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: ReactNode;
  readonly footer?: ReactNode;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** Makes the sheet a form: Enter in a field does the same as its main button. */
  readonly onSubmit?: () => void;
}

const scrim = 'fixed inset-0 z-40 bg-scrim';

/** A form at the right edge. */
export function Sheet({ open, onClose, title, description, footer, children, wide = false, onSubmit }: OverlayProps) {
  const { t } = useTranslation();
  const giveBack = useFocusBack(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Overlay className={scrim} />
        <Base.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onCloseAutoFocus={giveBack}
          className={cx('fixed inset-y-0 right-0 z-40 flex w-full animate-slide flex-col border-l bg-surface shadow-pop', wide ? 'max-w-2xl' : 'max-w-md')}
        >
          <div className="flex items-start gap-3 border-b px-5 py-4">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description === undefined ? null : <Base.Description className="mt-0.5 text-sm text-ink-soft">{description}</Base.Description>}
            </div>
            <Base.Close asChild>
              <IconButton label={t('common.close')}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </Base.Close>
          </div>
          <form
            className="flex min-h-0 flex-1 flex-col"
            onSubmit={(event) => {
              event.preventDefault();
              // A dialog opened from the sheet is its child in React: its own forms are not this one.
              if (event.target === event.currentTarget) onSubmit?.();
            }}
          >
            <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4">{children}</div>
            {footer === undefined ? null : <div className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3">{footer}</div>}
          </form>
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  );
}

/** Without a field that asks for it the focus goes to the dialog itself: on its close button it would open that button's tooltip. */
function focusContent(event: Event): void {
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement) || content.contains(document.activeElement)) return;
  event.preventDefault();
  content.focus();
}

/** A question, or a small task, in the middle. */
export function Dialog({ open, onClose, title, description, footer, children, wide = false }: OverlayProps) {
  const { t } = useTranslation();
  const giveBack = useFocusBack(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Overlay className={scrim} />
        <Base.Content
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={focusContent}
          onCloseAutoFocus={giveBack}
          className={cx('outline-none fixed top-[12vh] left-1/2 z-40 flex max-h-[76vh] compact:top-[4vh] compact:max-h-[92vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg border bg-surface shadow-pop', wide ? 'max-w-2xl' : 'max-w-lg')}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-2">
            <div className="min-w-0 flex-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description === undefined ? null : <Base.Description className="mt-1 text-sm text-ink-soft">{description}</Base.Description>}
            </div>
            <Base.Close asChild>
              <IconButton label={t('common.close')}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </Base.Close>
          </div>
          <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto px-5 py-2">{children}</div>
          {footer === undefined ? null : <div className="flex flex-wrap items-center justify-end gap-2 px-5 pt-2 pb-4">{footer}</div>}
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  );
}

interface AlertProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly description: ReactNode;
  /** The destructive button's words. */
  readonly confirm: string;
  /** primary: a question of weight that destroys nothing. */
  readonly variant?: 'danger' | 'primary';
  readonly disabled?: boolean;
  readonly busy?: boolean;
  readonly onConfirm: () => void;
  readonly children?: ReactNode;
}

/** Something destructive: Cancel has the focus. */
export function AlertDialog({ open, onClose, title, description, confirm, variant = 'danger', disabled = false, busy = false, onConfirm, children }: AlertProps) {
  const { t } = useTranslation();
  const cancel = useRef<HTMLButtonElement>(null);
  const giveBack = useFocusBack(open);
  return (
    <Alert.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Alert.Portal>
        <Alert.Overlay className={scrim} />
        <Alert.Content
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            cancel.current?.focus();
          }}
          onCloseAutoFocus={giveBack}
          className="fixed top-[16vh] left-1/2 z-40 flex max-h-[82vh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 flex-col gap-3 overflow-y-auto rounded-lg border bg-surface p-5 shadow-pop compact:top-[8vh]"
        >
          <Alert.Title className="text-lg font-semibold">{title}</Alert.Title>
          <Alert.Description className="text-sm text-ink-soft">{description}</Alert.Description>
          {children}
          <div className="mt-2 flex flex-wrap justify-end gap-2">
            <Alert.Cancel asChild>
              <Button ref={cancel}>{t('common.cancel')}</Button>
            </Alert.Cancel>
            <Button variant={variant} disabled={disabled} busy={busy} onClick={onConfirm}>
              {confirm}
            </Button>
          </div>
        </Alert.Content>
      </Alert.Portal>
    </Alert.Root>
  );
}

import type { ReactNode } from 'react';
import { Popover as Base } from 'radix-ui';
import { cx } from './cx.ts';

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  readonly children: ReactNode;
  readonly className?: string;
  readonly align?: 'start' | 'end' | 'center';
}

/** A small panel at its button: further choices, an explanation. */
export function Popover({ trigger, label, open, onOpenChange, children, className, align = 'start' }: PopoverProps) {
  return (
    <Base.Root {...(open === undefined ? {} : { open })} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Base.Trigger asChild>{trigger}</Base.Trigger>
      <Base.Portal>
        <Base.Content aria-label={label} align={align} sideOffset={5} collisionPadding={8} className={cx('z-40 max-h-(--radix-popover-content-available-height) animate-enter overflow-y-auto rounded-lg border bg-raised p-3 shadow-pop outline-none', className)}>
          {children}
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  );
}

import type { ComponentProps, ReactNode } from 'react';
import { LoaderCircle } from 'lucide-react';
import { Tooltip } from 'radix-ui';
import { cx } from './cx.ts';

type Variant = 'primary' | 'secondary' | 'ghost' | 'danger';

const variants: Record<Variant, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent',
  secondary: 'bg-raised text-ink border-line-strong hover:bg-hover',
  ghost: 'bg-transparent text-ink-soft border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-danger text-on-danger border-transparent hover:bg-danger-hover',
};

const shape = 'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-colors disabled:opacity-45 disabled:pointer-events-none';

/** The classes of a button, for links that look like one. */
export function buttonClass(variant: Variant = 'secondary', size: 'sm' | 'md' = 'md'): string {
  return cx(shape, variants[variant], size === 'sm' ? 'h-6.5 px-2 text-xs' : 'h-8 px-3 text-sm');
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: Variant;
  readonly size?: 'sm' | 'md';
  /** Shows that the call behind it runs; the button cannot be pressed meanwhile. */
  readonly busy?: boolean;
  readonly icon?: ReactNode;
}

export function Button({ variant = 'secondary', size = 'md', busy = false, icon, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} disabled={disabled || busy} aria-busy={busy || undefined} className={cx(buttonClass(variant, size), className)}>
      {busy ? <LoaderCircle aria-hidden className="size-3.5 animate-spin" /> : icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends ComponentProps<'button'> {
  /** Its name for screen readers and its tooltip. */
  readonly label: string;
  readonly keys?: string;
}

export function IconButton({ label, keys, className, children, ...rest }: IconButtonProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <button
          type="button"
          aria-label={label}
          {...rest}
          className={cx('inline-flex size-7 shrink-0 items-center justify-center rounded-md text-ink-soft transition-colors hover:bg-hover hover:text-ink disabled:pointer-events-none disabled:opacity-45', className)}
        >
          {children}
        </button>
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content sideOffset={5} className="z-50 max-w-72 rounded-md bg-ink px-2 py-1 text-xs text-canvas shadow-pop">
          {label}
          {keys === undefined ? null : <kbd className="ml-2 font-mono text-2xs opacity-80">{keys}</kbd>}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

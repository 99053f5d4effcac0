import type { ReactNode } from 'react';
import { DropdownMenu } from 'radix-ui';
import { Ellipsis } from 'lucide-react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';

export interface MenuItem {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly danger?: boolean;
  /** What it needs is not there yet. */
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

/** `startOpen`: drawn in place of the button that was pressed for it. */
export function Menu({ label, items, startOpen = false }: { label: string; items: readonly MenuItem[]; startOpen?: boolean }) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={startOpen}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={label}>
          <Ellipsis aria-hidden className="size-4" />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} className="z-40 min-w-44 animate-enter rounded-md border bg-raised p-1 shadow-pop">
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled === true}
              onSelect={item.onSelect}
              className={cx('flex h-7.5 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none data-disabled:opacity-45 data-highlighted:bg-hover', item.danger && 'text-danger-text')}
            >
              {item.icon}
              {item.label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

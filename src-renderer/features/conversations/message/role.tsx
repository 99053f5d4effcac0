import { Bot, CircleUser, Cog, MessageSquare, Wrench } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { en } from '../../../i18n/texts/reader.ts';
import { cx } from '../../../ui/cx.ts';

type Role = keyof (typeof en)['roles'];
const isRole = (role: string): role is Role => Object.hasOwn(en.roles, role);

const icons = { user: CircleUser, assistant: Bot, system: Cog, tool: Wrench } as const;
const inks = { user: 'text-info-text', assistant: 'text-accent-text', system: 'text-ink-soft', tool: 'text-warn-text' } as const;
const edges = { user: 'border-l-info', assistant: 'border-l-accent', system: 'border-l-line-strong', tool: 'border-l-warn' } as const;

/** A role by its name in the language shown; one this console does not know as it is stored. */
export function useRoleName(): (role: string) => string {
  const { t } = useTranslation();
  return (role) => (isRole(role) ? t(`reader.roles.${role}`) : role);
}

/** Who speaks: by sign, word and colour. */
export function RoleName({ role, className }: { role: string; className?: string }) {
  const name = useRoleName();
  const Icon = isRole(role) ? icons[role] : MessageSquare;
  return (
    <span className={cx('inline-flex shrink-0 items-center gap-1 font-semibold', isRole(role) ? inks[role] : 'text-ink-soft', className)}>
      <Icon aria-hidden className="size-3.5" />
      {name(role)}
    </span>
  );
}

/** The colour of the edge of a message. */
export function edgeOf(role: string): string {
  return isRole(role) ? edges[role] : 'border-l-line-strong';
}

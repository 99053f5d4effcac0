import { cx } from './cx.ts';

interface ProgressProps {
  /** 0..1; null: under way, share unknown. */
  readonly value: number | null;
  readonly label: string;
  readonly tone?: 'accent' | 'ok' | 'warn' | 'danger';
  readonly slim?: boolean;
}

const fills = { accent: 'bg-accent', ok: 'bg-ok', warn: 'bg-warn', danger: 'bg-danger' } as const;

export function Progress({ value, label, tone = 'accent', slim = false }: ProgressProps) {
  const share = value === null ? null : Math.min(1, Math.max(0, value));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.floor(share * 100)}
      className={cx('w-full overflow-hidden rounded-full bg-line', slim ? 'h-1' : 'h-1.5')}
    >
      {share === null ? (
        <div className={cx('h-full w-1/3 animate-stripe rounded-full', fills[tone])} />
      ) : (
        <div className={cx('h-full origin-left rounded-full transition-[width] duration-200', fills[tone])} style={{ width: `${share * 100}%` }} />
      )}
    </div>
  );
}

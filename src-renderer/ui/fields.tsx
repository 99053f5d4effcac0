import { useId } from 'react';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.ts';

const control =
  'rounded-md border border-line-strong bg-raised px-2.5 text-sm text-ink focus-visible:outline-offset-0 disabled:bg-sunken disabled:text-ink-faint aria-[invalid=true]:border-danger';

/** A control fills its place unless it is given a width: of two width classes the style sheet's order would decide. */
const widthOf = (className: string | undefined): string | false => !/(?:^|\s)w-/.test(className ?? '') && 'w-full';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly className?: string;
  /** Draws the control; the ids tie it to its label, hint and problem. */
  readonly children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': boolean | undefined }) => ReactNode;
}

export function Field({ label, hint, problem, className, children }: FieldProps) {
  const id = useId();
  const described = problem !== undefined || hint !== undefined ? `${id}-hint` : undefined;
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink-soft">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': problem === undefined ? undefined : true })}
      {problem !== undefined ? (
        <p id={described} className="text-xs text-danger-text">{problem}</p>
      ) : hint !== undefined ? (
        <p id={described} className="text-xs text-ink-faint">{hint}</p>
      ) : null}
    </div>
  );
}

export function Input({ className, mono = false, ...rest }: ComponentProps<'input'> & { mono?: boolean }) {
  return <input spellCheck={false} autoComplete="off" {...rest} className={cx(control, widthOf(className), 'h-8', mono && 'font-mono text-xs', className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>) {
  return <textarea spellCheck={false} {...rest} className={cx(control, 'w-full py-1.5 leading-relaxed', className)} />;
}

/** `fit`: as wide as its longest choice, within reason. */
export function Select({ className, fit = false, ...rest }: ComponentProps<'select'> & { fit?: boolean }) {
  return <select {...rest} className={cx(control, fit ? 'w-auto max-w-80' : widthOf(className), 'h-8', className)} />;
}

export function Checkbox({ label, hint, className, ...rest }: ComponentProps<'input'> & { label: ReactNode; hint?: ReactNode }) {
  return (
    <label className={cx('flex items-start gap-2 text-sm', className)}>
      <input type="checkbox" {...rest} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">
        {label}
        {hint === undefined ? null : <span className="block text-xs text-ink-faint">{hint}</span>}
      </span>
    </label>
  );
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: ReactNode }[];
  readonly onChange: (value: T) => void;
  readonly hideLabel?: boolean;
}

/** One choice of few, all visible; a radio group to the keyboard and to screen readers. */
export function Segmented<T extends string>({ label, value, options, onChange, hideLabel = false }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className="flex min-w-0 flex-col gap-1">
      <legend className={hideLabel ? 'sr-only' : 'mb-1 text-xs font-medium text-ink-soft'}>{label}</legend>
      <div className="inline-flex w-fit flex-wrap gap-0.5 rounded-md border border-line bg-sunken p-0.5">
        {options.map((option) => (
          <label
            key={option.value}
            className={cx(
              'inline-flex h-6.5 items-center gap-1.5 rounded-sm px-2.5 text-xs font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent',
              option.value === value ? 'bg-raised text-ink shadow-[0_0_0_1px_var(--line-strong)]' : 'text-ink-soft hover:text-ink',
            )}
          >
            <input type="radio" name={name} value={option.value} checked={option.value === value} onChange={() => onChange(option.value)} className="sr-only" />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

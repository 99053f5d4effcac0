import { useTranslation } from 'react-i18next';
import { storageClasses } from '../../shared/model/values.ts';
import type { StorageClass } from '../../shared/model/values.ts';
import { useFormat } from '../i18n/use-format.ts';
import { cx } from './cx.ts';

const fills: Record<StorageClass, string> = {
  integer: 'bg-class-integer', real: 'bg-class-real', text: 'bg-class-text', blob: 'bg-class-blob', null: 'bg-class-null',
};
const order: readonly StorageClass[] = ['integer', 'real', 'text', 'blob', 'null'];

/** Share of each storage class of a column, as a small stacked bar; the figures are its name. */
export function ClassBar({ classes }: { classes: Readonly<Record<StorageClass, string>> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const total = storageClasses.reduce((sum, name) => sum + BigInt(classes[name]), 0n);
  const parts = order.filter((name) => classes[name] !== '0');
  const words = parts.map((name) => `${t(`common.classes.${name}`)} ${format.big(classes[name])}`).join(', ');
  const share = (name: StorageClass): number => (total === 0n ? 0 : Number((BigInt(classes[name]) * 10_000n) / total) / 100);
  return (
    <span className="flex items-center gap-2" title={words}>
      <span role="img" aria-label={words === '' ? t('common.none') : words} className="flex h-2.5 w-24 shrink-0 gap-px overflow-hidden rounded-sm bg-line">
        {parts.map((name) => <span key={name} className={cx('min-w-0.5', fills[name])} style={{ width: `${share(name)}%` }} />)}
      </span>
      <span aria-hidden className="truncate text-xs text-ink-soft">{parts.map((name) => t(`common.classes.${name}`)).join(', ')}</span>
    </span>
  );
}

/** The same as a legend with figures. */
export function ClassLegend({ classes }: { classes: Readonly<Record<StorageClass, string>> }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="tabular flex flex-col gap-1 text-sm">
      {order.filter((name) => classes[name] !== '0').map((name) => (
        <li key={name} className="flex items-center gap-2">
          <span aria-hidden className={cx('size-2.5 rounded-sm', fills[name])} />
          <span className="flex-1">{t(`common.classes.${name}`)}</span>
          <span>{format.big(classes[name])}</span>
        </li>
      ))}
    </ul>
  );
}

import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';

const head = 'px-2 py-1 text-left text-xs font-medium text-ink-soft first:pl-0 last:pr-0';
const cell = 'px-2 py-1 text-sm first:pl-0 last:pr-0';
/** Rows shown at first. */
const some = 8;

/** Figures as a plain table: names at the left, numbers at the right. */
export function FigureTable({ label, heads, rows }: { label: string; heads: readonly string[]; rows: readonly (readonly ReactNode[])[] }) {
  return (
    <table aria-label={label} className="tabular w-full border-collapse">
      <thead><tr className="border-b">{heads.map((name, index) => <th key={name} scope="col" className={cx(head, index > 0 && 'text-right')}>{name}</th>)}</tr></thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={place} className="border-b border-line/60">{row.map((each, index) => (index === 0 ? <th key={index} scope="row" className={cx(cell, 'text-left font-normal')}>{each}</th> : <td key={index} className={cx(cell, 'text-right')}>{each}</td>))}</tr>
        ))}
      </tbody>
    </table>
  );
}

interface BarRow {
  readonly key: string;
  readonly name: ReactNode;
  readonly value: number;
  readonly more: readonly (number | null)[];
}

/** A table whose first figure is drawn as a bar too. */
export function BarTable({ label, heads, rows }: { label: string; heads: readonly string[]; rows: readonly BarRow[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const most = Math.max(1, ...rows.map((row) => row.value));
  return (
    <>
      <table aria-label={label} className="tabular w-full border-collapse">
        <thead><tr className="border-b">{heads.map((name, index) => <th key={name} scope="col" className={cx(head, index > 0 && 'text-right')}>{name}</th>)}</tr></thead>
        <tbody>
          {(all ? rows : rows.slice(0, some)).map((row) => (
            <tr key={row.key} className="border-b border-line/60">
              <th scope="row" className={cx(cell, 'max-w-40 text-left font-normal')}>
                <span className="block truncate">{row.name}</span>
                <span aria-hidden className="mt-0.5 block h-1 rounded-full bg-accent" style={{ width: `${Math.max(1, (row.value / most) * 100)}%` }} />
              </th>
              <td className={cx(cell, 'text-right font-medium')}>{format.number(row.value)}</td>
              {row.more.map((value, index) => <td key={index} className={cx(cell, 'text-right text-ink-soft')}>{format.number(value)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > some ? <Button size="sm" variant="ghost" className="self-start" onClick={() => setAll(!all)}>{all ? t('reader.showLess') : t('reader.jsonMore', { amount: format.number(rows.length - some) })}</Button> : null}
    </>
  );
}

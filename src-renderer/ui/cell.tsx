import { useTranslation } from 'react-i18next';
import type { Cell } from '../../shared/model/values.ts';
import { useFormat } from '../i18n/use-format.ts';
import { cx } from './cx.ts';

/** White space that would otherwise not be seen, made visible; the value itself is not changed. */
export function visible(text: string): string {
  return text.replace(/^ +| +$/g, (spaces) => '·'.repeat(spaces.length)).replaceAll('\t', '⇥').replaceAll('\r', '␍').replaceAll('\n', '⏎').replaceAll('\0', '␀');
}

/** A cell in a table: one line, never more. */
export function CellText({ cell }: { cell: Cell | undefined }) {
  if (!cell || cell.class === 'null' || cell.text === null) return <span className="text-2xs font-medium text-ink-faint">NULL</span>;
  const text = visible(cell.text.slice(0, 200));
  return <span className={cx('font-mono text-xs', cell.class === 'blob' && 'text-ink-soft')} title={text}>{cell.class === 'blob' ? `x'${text}'` : text}</span>;
}

/** A cell whole (as far as it was sent), with its storage class and size. */
export function CellBlock({ cell, absent }: { cell: Cell | null; absent: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (cell === null) return <p className="text-sm text-ink-faint italic">{absent}</p>;
  return (
    <div className="min-w-0">
      <p className="text-2xs text-ink-faint">
        {t(`common.classes.${cell.class}`)}
        {cell.bytes === undefined ? '' : ` · ${format.bytes(cell.bytes)}`}
        {cell.cut ? ` · ${t('common.cutAt', { size: format.bytes(cell.bytes) })}` : ''}
      </p>
      {cell.text === null ? <p className="text-2xs font-medium text-ink-faint">NULL</p> : <pre className="max-h-40 overflow-auto font-mono text-xs break-all whitespace-pre-wrap" tabIndex={0}>{cell.class === 'blob' ? `x'${cell.text}'` : cell.text === '' ? '∅' : visible(cell.text)}</pre>}
    </div>
  );
}

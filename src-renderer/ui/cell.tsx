import type { Cell } from '../../shared/model/values.ts';
import { cx } from './cx.ts';
import { visible } from './visible.ts';

/** A cell in a table: one line, never more. */
export function CellText({ cell }: { cell: Cell | undefined }) {
  if (!cell || cell.class === 'null' || cell.text === null) return <span className="text-2xs font-medium text-ink-faint">NULL</span>;
  const text = visible(cell.text.slice(0, 200));
  return <span className={cx('font-mono text-xs', cell.class === 'blob' && 'text-ink-soft')} title={text}>{cell.class === 'blob' ? `x'${text}'` : text}</span>;
}

import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from './cx.ts';
import { useRowHeight } from './use-row-height.ts';

export interface Column<Row> {
  readonly id: string;
  readonly header: string;
  /** A track of CSS grid: `minmax(8rem, 2fr)`, `6rem`. */
  readonly width: string;
  readonly align?: 'end';
  readonly mono?: boolean;
  readonly cell: (row: Row, index: number) => ReactNode;
  /** Makes the column sortable in the window; only for tables that are whole, not paged. */
  readonly compare?: (a: Row, b: Row) => number;
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  readonly selected?: string | null;
  readonly onSelect?: (row: Row) => void;
  /** Enter or double click. */
  readonly onOpen?: (row: Row) => void;
  /** Called near the end of the rows, for paged ones. */
  readonly onEnd?: () => void;
  readonly empty?: ReactNode;
  readonly className?: string;
  /** Width below which it scrolls sideways, in rem. */
  readonly minWidth?: number;
  readonly rowClass?: (row: Row) => string | undefined;
  /** Cells break into lines and rows grow with them, for tables of sentences. */
  readonly wrap?: boolean;
}

/** A virtual table: only what is visible is in the document, whatever the number of rows. Arrow keys move where rows can be selected. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rowKey, selected = null, onSelect, onOpen, onEnd, empty, className, minWidth = 0, rowClass, wrap = false } = props;
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const base = useId();
  const [sort, setSort] = useState<{ id: string; down: boolean } | null>(null);
  const rowHeight = useRowHeight();

  const rows = useMemo(() => {
    const compare = columns.find((column) => column.id === sort?.id)?.compare;
    if (!compare || !sort) return props.rows;
    return props.rows.toSorted((a, b) => (sort.down ? compare(b, a) : compare(a, b)));
  }, [props.rows, columns, sort]);

  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 12 });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (onEnd && rows.length > 0 && last >= rows.length - 20) onEnd();
  }, [onEnd, last, rows.length]);

  const selectable = onSelect !== undefined;
  const current = selected === null ? -1 : rows.findIndex((row, index) => rowKey(row, index) === selected);
  const move = (to: number): void => {
    const row = rows[to];
    if (!row || !onSelect) return;
    onSelect(row);
    virtual.scrollToIndex(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!selectable || event.target !== scroll.current) return;
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: current + 1, ArrowUp: Math.max(0, current - 1), Home: 0, End: rows.length - 1,
      PageDown: Math.min(rows.length - 1, current + page), PageUp: Math.max(0, current - page),
    };
    const to = steps[event.key];
    const row = rows[current];
    if (to !== undefined) {
      event.preventDefault();
      move(to);
    } else if (event.key === 'Enter' && onOpen && row) {
      event.preventDefault();
      onOpen(row);
    }
  };

  // The keyboard's way to the same is the container's onKeyDown, as a grid has it.
  const pointer = (row: Row) => ({ ...(onSelect ? { onClick: () => onSelect(row) } : {}), ...(onOpen ? { onDoubleClick: () => onOpen(row) } : {}) });
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' '), minWidth: `${minWidth}rem` };
  if (rows.length === 0 && empty !== undefined) return <div className={className}>{empty}</div>;
  const cellRole = selectable ? 'gridcell' : 'cell';
  return (
    <div
      ref={scroll}
      role={selectable ? 'grid' : 'table'}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={current >= 0 && items.some((item) => item.index === current) ? `${base}-${current}` : undefined}
      tabIndex={0}
      {...(selectable ? { onKeyDown } : {})}
      className={cx('relative overflow-auto focus-visible:-outline-offset-2 compact:max-h-[60vh] compact:flex-none', className)}
    >
      <div role="rowgroup" className="sticky top-0 z-10 bg-surface" style={{ minWidth: `${minWidth}rem` }}>
        <div role="row" aria-rowindex={1} className="grid border-b" style={template}>
          {columns.map((column) => {
            const sorted = sort?.id === column.id ? (sort.down ? 'descending' : 'ascending') : undefined;
            return (
              <div key={column.id} role="columnheader" aria-sort={sorted} className={cx('flex min-w-0 items-center px-3 py-1.5 text-xs font-medium text-ink-soft', column.align === 'end' && 'justify-end text-right')}>
                {column.compare ? (
                  <button
                    type="button"
                    aria-label={t('common.sorted', { column: column.header })}
                    className="-mx-1 inline-flex min-w-0 items-center gap-1 rounded-sm px-1 hover:text-ink"
                    onClick={() => setSort(sort?.id !== column.id ? { id: column.id, down: false } : sort.down ? null : { id: column.id, down: true })}
                  >
                    <span className="truncate">{column.header}</span>
                    {sorted === 'ascending' ? <ArrowUp aria-hidden className="size-3" /> : sorted === 'descending' ? <ArrowDown aria-hidden className="size-3" /> : null}
                  </button>
                ) : (
                  <span className="truncate">{column.header}</span>
                )}
              </div>
            );
          })}
        </div>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth: `${minWidth}rem` }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = rowKey(row, item.index);
          const isSelected = selectable && key === selected;
          return (
            <div
              key={key}
              id={`${base}-${item.index}`}
              {...(wrap ? { ref: virtual.measureElement, 'data-index': item.index } : {})}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={selectable ? isSelected : undefined}
              {...pointer(row)}
              className={cx('absolute inset-x-0 top-0 grid border-b border-line/60 text-sm', wrap ? 'items-start py-1.5' : 'items-center', selectable && 'cursor-default hover:bg-hover', isSelected && 'bg-selected hover:bg-selected', rowClass?.(row))}
              style={{ ...template, ...(wrap ? { minHeight: rowHeight } : { height: rowHeight }), transform: `translateY(${item.start}px)` }}
            >
              {columns.map((column) => (
                <div key={column.id} role={cellRole} className={cx('tabular min-w-0 px-3', wrap ? 'break-words' : 'truncate', column.align === 'end' && 'text-right', column.mono && 'font-mono text-xs')}>
                  {column.cell(row, item.index)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

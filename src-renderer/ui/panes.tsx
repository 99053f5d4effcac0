import { useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';
import { cx } from './cx.ts';

interface Side {
  /** Names its width for screen readers. */
  readonly label: string;
  readonly open: boolean;
  readonly content: ReactNode;
  /** Pixels. */
  readonly start: number;
  readonly min: number;
  readonly max: number;
}

interface PanesProps {
  /** Under this name the widths are kept from one start to the next. */
  readonly name: string;
  readonly left: Side;
  readonly right: Side;
  readonly children: ReactNode;
}

const step = 16;

/** A middle between two sides whose widths a person sets, by pointer or arrow keys. In a compact window an open side takes the place of the middle. */
export function Panes({ name, left, right, children }: PanesProps) {
  const [widths, setWidths] = useState(() => readWidths(name));
  const clamp = (side: Side, width: number): number => Math.min(side.max, Math.max(side.min, Math.round(width)));
  const set = (which: 'left' | 'right', side: Side, width: number): void =>
    setWidths((before) => {
      const next = { ...before, [which]: clamp(side, width) };
      keepWidths(name, next);
      return next;
    });
  const leftWidth = clamp(left, widths.left ?? left.start);
  const rightWidth = clamp(right, widths.right ?? right.start);
  return (
    <div className="flex min-h-0 min-w-0 flex-1">
      {left.open ? (
        <>
          <div className="flex min-h-0 shrink-0 flex-col compact:w-full!" style={{ width: leftWidth }}>{left.content}</div>
          <Handle label={left.label} width={leftWidth} min={left.min} max={left.max} sign={1} onChange={(width) => set('left', left, width)} />
        </>
      ) : null}
      <div className={cx('flex min-h-0 min-w-0 flex-1 flex-col', (left.open || right.open) && 'compact:hidden')}>{children}</div>
      {right.open ? (
        <>
          <Handle label={right.label} width={rightWidth} min={right.min} max={right.max} sign={-1} onChange={(width) => set('right', right, width)} />
          <div className={cx('flex min-h-0 shrink-0 flex-col compact:w-full!', left.open && 'compact:hidden')} style={{ width: rightWidth }}>{right.content}</div>
        </>
      ) : null}
    </div>
  );
}

interface HandleProps {
  readonly label: string;
  readonly width: number;
  readonly min: number;
  readonly max: number;
  readonly sign: 1 | -1;
  readonly onChange: (width: number) => void;
}

function Handle({ label, width, min, max, sign, onChange }: HandleProps) {
  const drag = useRef<{ x: number; width: number } | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowLeft: -step, ArrowRight: step }[event.key];
    const to = event.key === 'Home' ? min : event.key === 'End' ? max : move === undefined ? undefined : width + move * sign;
    if (to === undefined) return;
    event.preventDefault();
    onChange(to);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { x: event.clientX, width };
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current) onChange(drag.current.width + (event.clientX - drag.current.x) * sign);
  };
  const end = (): void => {
    drag.current = null;
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={end}
      onPointerCancel={end}
      className={cx('group relative z-10 -mx-1 w-2.25 shrink-0 cursor-col-resize touch-none compact:hidden focus-visible:outline-none')}
    >
      <span aria-hidden className="absolute inset-y-0 left-1 w-px bg-line transition-colors group-hover:w-0.5 group-hover:bg-accent group-focus-visible:w-0.5 group-focus-visible:bg-accent" />
    </div>
  );
}

interface Widths {
  readonly left?: number;
  readonly right?: number;
}

function readWidths(name: string): Widths {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(`travessia-panes-${name}`) ?? '{}');
    if (typeof kept !== 'object' || kept === null) return {};
    const number = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
    return { ...('left' in kept && number(kept.left) ? { left: kept.left } : {}), ...('right' in kept && number(kept.right) ? { right: kept.right } : {}) };
  } catch {
    return {}; // a browser without storage, or what stands there is not ours
  }
}

function keepWidths(name: string, widths: Widths): void {
  try {
    localStorage.setItem(`travessia-panes-${name}`, JSON.stringify(widths));
  } catch {
    // Kept for this window only.
  }
}

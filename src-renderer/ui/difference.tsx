import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Cell } from '../../shared/model/values.ts';
import { useFormat } from '../i18n/use-format.ts';
import { cx } from './cx.ts';
import { kindOfDifference } from './difference-kind.ts';
import type { DifferenceKind } from './difference-kind.ts';
import { bytesOf, differenceOf, excerptOf } from './text-difference.ts';
import type { Piece, Shown } from './text-difference.ts';
import { visible, visibleWhole } from './visible.ts';

const sides = ['source', 'target'] as const;
type Side = (typeof sides)[number];
const boxes = { source: 'bg-ok-soft', target: 'bg-danger-soft' } as const;
const marks = { source: 'bg-ok-text text-surface', target: 'bg-danger-text text-surface' } as const;

/** Short values stand beside each other; longer ones below each other, where they can be compared letter by letter. */
const beside = 24;

interface CellDifferenceProps {
  readonly source: Cell | null;
  readonly target: Cell | null;
}

/** One differing cell on both sides, cut to the place of the difference, with what differs marked and named. */
export function CellDifference({ source, target }: CellDifferenceProps) {
  const { t } = useTranslation();
  const [isWhole, setWhole] = useState(false);
  const isBlob = source?.class === 'blob' && target?.class === 'blob';
  const both = source !== null && target !== null && source.text !== null && target.text !== null;
  const difference = both ? differenceOf(source.text ?? '', target.text ?? '', isBlob ? bytesOf : Array.from) : null;
  const before = source?.from ?? 0;
  const kind = kindOfDifference(source, target, difference?.at ?? 0);
  const cells = { source, target };
  // Equal characters that were not even read are left out as others are.
  const leading: readonly Shown[] = before > 0 ? [{ gap: before, isEqual: true }] : [];
  const piecesOf = (side: Side): readonly Piece[] => difference?.[side] ?? [{ text: cells[side]?.text ?? '', differs: false }];
  const isLong = sides.some((side) => (cells[side]?.text ?? '').length > beside);
  const isCut = sides.some((side) => excerptOf(piecesOf(side)).some((piece) => 'gap' in piece));
  return (
    <>
      {kind === null ? null : <p className="text-xs text-ink-soft"><WhatDiffers difference={kind} isBlob={isBlob} /></p>}
      <div className={cx('mt-1 grid gap-x-3 gap-y-1.5', isLong || source === null || target === null ? 'grid-cols-1' : 'grid-cols-2')}>
        {/* Of a row that only one side has, that side alone. */}
        {sides.filter((side) => cells[side] !== null).map((side) => (
          <div key={side} className={cx('min-w-0 rounded-sm px-2 py-1', boxes[side])}>
            <CellMeta cell={cells[side]} label={t(`runs.${side}`)} />
            <Value cell={cells[side]} side={side} pieces={[...leading, ...(isWhole ? piecesOf(side) : excerptOf(piecesOf(side)))]} marked={source !== null && target !== null} />
          </div>
        ))}
      </div>
      {isCut ? (
        <button type="button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)} className="mt-1 rounded-sm text-xs text-ink-soft underline underline-offset-2 hover:text-ink">
          {isWhole ? t('runs.showExcerpt') : t('runs.showWhole')}
        </button>
      ) : null}
    </>
  );
}

/** What differs between two cells in a few words; nothing where one side has no such row. */
export function DifferenceName({ source, target }: CellDifferenceProps) {
  const isBlob = source?.class === 'blob' && target?.class === 'blob';
  const at = source?.text != null && target?.text != null ? differenceOf(source.text, target.text, isBlob ? bytesOf : Array.from).at : 0;
  const kind = kindOfDifference(source, target, at);
  return kind === null ? null : <WhatDiffers difference={kind} isBlob={isBlob} />;
}

function WhatDiffers({ difference, isBlob }: { difference: DifferenceKind; isBlob: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (difference.kind === 'moment') return t('runs.what.moment', { time: format.microseconds(difference.microseconds) });
  if (difference.kind === 'position') return t(isBlob ? 'runs.what.byte' : 'runs.what.position', { at: format.number(difference.at) });
  if (difference.kind === 'one') return t('runs.what.one', { at: format.number(difference.at) });
  return t(`runs.what.${difference.kind}`);
}

function CellMeta({ cell, label }: { cell: Cell | null; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const parts = cell === null ? [label] : [label, t(`common.classes.${cell.class}`), ...(cell.bytes === undefined ? [] : [format.bytes(cell.bytes)])];
  return (
    <p className="text-2xs text-ink-soft">
      {parts.join(' · ')}
      {cell?.cut ? ` · ${t('common.cutAt', { size: format.bytes(cell.bytes) })}` : ''}
    </p>
  );
}

function Value({ cell, side, pieces, marked }: { cell: Cell | null; side: Side; pieces: readonly Shown[]; marked: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const mark = cx('rounded-[2px] px-px font-semibold', marks[side]);
  if (cell === null || cell.text === null) return <p className="text-xs">{marked ? <mark className={mark}>NULL</mark> : 'NULL'}</p>;
  if (cell.text === '') return <p className="text-xs">{marked ? <mark className={mark}>{t('runs.emptyText')}</mark> : t('runs.emptyText')}</p>;
  return (
    <pre className="max-h-60 overflow-auto font-mono text-xs break-all whitespace-pre-wrap" tabIndex={0}>
      {cell.class === 'blob' ? "x'" : null}
      {pieces.map((piece, index) => {
        if ('gap' in piece) return <span key={index} className="mr-1 rounded-sm border border-line-strong px-1 font-sans text-2xs whitespace-nowrap text-ink-soft">{t(piece.isEqual ? 'runs.equalCharacters' : 'runs.moreCharacters', { amount: format.number(piece.gap) })}</span>;
        if (!piece.differs) return <span key={index}>{visible(piece.text, { start: index === 0, end: index === pieces.length - 1 })}</span>;
        return <mark key={index} className={mark}>{piece.text === '' ? <Lacking /> : visibleWhole(piece.text)}</mark>;
      })}
      {cell.class === 'blob' ? "'" : null}
    </pre>
  );
}

/** Where the other side has more. */
function Lacking() {
  const { t } = useTranslation();
  return (
    <>
      <span aria-hidden>⌃</span>
      <span className="sr-only">{t('runs.lacking')}</span>
    </>
  );
}

import { useFormat } from '../../i18n/use-format.ts';

/** A moment: as one says it, the exact one on pointing. */
export function When({ at, className }: { at: string | null; className?: string }) {
  const format = useFormat();
  if (at === null) return null;
  return <time dateTime={at} title={format.dateTime(at, true)} className={className}>{format.ago(at)}</time>;
}

/** A moment in a list: today the time, else the day. */
export function ShortWhen({ at, className }: { at: string | null; className?: string }) {
  const format = useFormat();
  if (at === null) return null;
  return <time dateTime={at} title={format.dateTime(at, true)} className={className}>{format.shortDay(at)}</time>;
}

import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Note } from '../../ui/states.tsx';

/** The space a run takes in its target, against what is free there. */
export function HeadroomNote({ headroom }: { headroom: CallOutput<'plans/headroom'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { needBytes, targetBytes, walKeptBytes, freeBytes, enough } = headroom;
  const sizes = { need: format.bytes(needBytes), target: format.bytes(targetBytes), wal: format.bytes(walKeptBytes) };
  if (enough === false) return <Note tone="danger">{t('projects.spaceShort', { ...sizes, free: format.bytes(freeBytes) })}</Note>;
  return <p className="tabular text-sm text-ink-soft" data-testid="headroom">{freeBytes === null ? t('projects.spaceUnknown', sizes) : t('projects.spaceEnough', { ...sizes, free: format.bytes(freeBytes) })}</p>;
}

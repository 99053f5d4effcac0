import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { Source } from '../../sources/index.ts';
import type { Scan } from '../ports.ts';

/** Only on the way to the feature: core/conversations/scan takes its place. */
export function openScan(source: Source, _mapping: Mapping): Promise<Scan> {
  return Promise.reject(new TravessiaError('UNSUPPORTED_SOURCE', { message: `${source.reference} cannot be read yet.` }));
}

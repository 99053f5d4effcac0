import type { Detection, Mapping, SourceShape } from '../../../shared/model/conversation-mapping.ts';
import { askWorker } from '../../workers/ask-worker.ts';
import type { Source } from '../sources/index.ts';
import type { Look } from './scan/index.ts';

/** What `workers/library.ts` is asked. */
export interface LibraryQuestion {
  readonly source: Source;
  readonly ask: { readonly kind: 'detect' } | { readonly kind: 'preview' | 'check'; readonly mapping: Mapping };
}

const asked = <T>(source: Source, ask: LibraryQuestion['ask'], signal?: AbortSignal): Promise<T> => askWorker<T>('library', { source, ask } satisfies LibraryQuestion, signal);

/** What the database looks like: known programs first. @throws TravessiaError those of the source, CANCELLED */
export function detectLibrary(source: Source, signal?: AbortSignal): Promise<{ readonly detections: Detection[]; readonly shape: SourceShape }> {
  return asked(source, { kind: 'detect' }, signal);
}

export function previewLibrary(source: Source, mapping: Mapping, signal?: AbortSignal): Promise<Look> {
  return asked(source, { kind: 'preview', mapping }, signal);
}

/** @throws TravessiaError MAPPING_INVALID with the place and a suggestion, those of the source */
export async function checkLibrary(source: Source, mapping: Mapping, signal?: AbortSignal): Promise<void> {
  await asked<null>(source, { kind: 'check', mapping }, signal);
}

/**
 * The report of a run that people sign: what was planned, loaded, rejected, compared and decided, and how.
 *
 * facts: everything the report says, as one JSON document without words of any language. page: the same facts as one self-contained
 * HTML document. The SHA-256 over the JSON stands on the page, so that the two can be held together.
 */
import { createHash } from 'node:crypto';
import type { Language } from '../../../shared/pure/texts/index.ts';
import { evidenceFacts, type EvidenceInput } from './facts.ts';
import { evidencePage } from './page.ts';

export type { EvidenceInput } from './facts.ts';

export interface Evidence {
  readonly html: string;
  readonly json: string;
  /** Of the JSON's UTF-8 bytes, lower-case hex. */
  readonly sha256: string;
}

/** Builds both documents. The JSON is the same in every language, and the same each time it is asked for. */
export function buildEvidence(input: EvidenceInput, language: Language): Evidence {
  const facts = evidenceFacts(input);
  const json = `${JSON.stringify(facts, null, 2)}\n`;
  const sha256 = createHash('sha256').update(json, 'utf8').digest('hex');
  return { html: evidencePage(facts, sha256, language), json, sha256 };
}

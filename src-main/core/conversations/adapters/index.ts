/**
 * adapters: how the database of each chat program is recognised, and the mapping by which it is read.
 *
 * shape: tables and columns, without rows. detection: a mapping with what spoke for it. confidence: known programs 0.6 to 1, the general rule
 * at most 0.5.
 */
import { mappingSchema, type AdapterName, type Detection, type SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import type { Adapter } from './adapter.ts';
import { crush, goose, opencode } from './coding-agents.ts';
import { flatHistory } from './flat-history.ts';
import { fourTable } from './four-table.ts';
import { generic } from './generic.ts';
import { llm, llm2026 } from './llm.ts';
import { openWebui, openWebuiLegacy } from './open-webui.ts';
import { resync } from './resync.ts';
import { shapeView, type Peek } from './shape-view.ts';
import { anythingllm, lobechat } from './web-chats.ts';

export type { Peek } from './shape-view.ts';

const adapters: Readonly<Record<AdapterName, Adapter>> = {
  'four-table': fourTable, 'flat-history': flatHistory, resync, 'open-webui': openWebui, 'open-webui-legacy': openWebuiLegacy, llm, 'llm-2026': llm2026, opencode, goose, crush, anythingllm, lobechat, generic,
};

/** All that a database can be taken for, the likeliest first. Each schema is looked at by itself; `peek` reads a few values of JSON columns. */
export async function detect(shape: SourceShape, dialect: 'sqlite' | 'postgres', peek: Peek): Promise<Detection[]> {
  const schemas = [...new Set(shape.tables.map(({ schema }) => schema))];
  const found: Detection[] = [];
  for (const schema of schemas) {
    const view = shapeView(schema, dialect, shape.tables.filter((table) => table.schema === schema), peek);
    for (const adapter of Object.values(adapters)) {
      const detected = await adapter.detect(view);
      if (detected === null) continue;
      const { mapping, confidence, found: seen, missing } = detected;
      found.push({ mapping: mappingSchema.parse(mapping), confidence: Math.round(confidence * 100) / 100, program: adapter.program, found: seen, missing });
    }
  }
  return found.toSorted((a, b) => b.confidence - a.confidence);
}

import type { Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { chainReading } from './llm-chain.ts';
import type { ScanContext } from './program.ts';
import { programOf } from './programs/index.ts';
import { llm } from './programs/llm.ts';
import type { Dialect } from './row-source.ts';
import { rowReading, type Reading } from './row-reading.ts';

function contextOf(dialect: Dialect, shape: SourceShape, mapping: Mapping): ScanContext {
  const home = (mapping.messages ?? mapping.conversations)?.table.schema ?? null;
  return {
    dialect, shape, mapping,
    beside(name) {
      const table = shape.tables.find((each) => each.schema === home && each.name === name) ?? shape.tables.find((each) => each.schema === home && each.name.toLowerCase() === name.toLowerCase());
      return table === undefined ? null : { schema: table.schema, name: table.name, columns: table.columns.map((column) => column.name) };
    },
  };
}

/** How the rows of a source become records, by its mapping and by what is known of its program. */
export function openReading(dialect: Dialect, shape: SourceShape, mapping: Mapping): Reading {
  const context = contextOf(dialect, shape, mapping);
  if (mapping.adapter !== 'llm-2026') return rowReading(context, programOf(mapping.adapter));
  const column = (name: string) => ({ column: name });
  const responses = context.beside('responses');
  const schema = responses?.schema ?? null;
  // The older tables are still there, with what was logged into them.
  const legacy: Mapping | null = responses === null || context.beside('conversations') === null ? null : {
    adapter: 'llm', conversations: { table: { schema, name: 'conversations' }, id: column('id'), title: column('name'), model: column('model') },
    messages: {
      table: { schema, name: 'responses' }, id: column('id'), conversation: column('conversation_id'), contentAs: 'auto', exchange: { system: column('system'), prompt: column('prompt'), response: column('response') }, created: { column: 'datetime_utc', as: 'auto' }, model: column('model'),
      inputTokens: column('input_tokens'), outputTokens: column('output_tokens'), latencyMs: column('duration_ms'), metadata: [column('options_json')],
    },
  };
  return chainReading(context, legacy === null ? null : rowReading({ ...context, mapping: legacy }, llm));
}

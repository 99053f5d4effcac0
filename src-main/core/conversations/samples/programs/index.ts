import { adapterNames, type AdapterName } from '../../../../../shared/model/conversation-mapping.ts';
import type { SampleProgram } from '../program.ts';
import { crush, goose, opencode } from './coding-agents.ts';
import { llm, llm2026 } from './llm.ts';
import { openWebui, openWebuiLegacy } from './open-webui.ts';
import { flatHistory, fourTable, resync } from './seeds.ts';
import { anythingllm, generic, lobechat } from './web-chats.ts';

const programs: Readonly<Record<AdapterName, SampleProgram>> = {
  'four-table': fourTable, 'flat-history': flatHistory, resync, 'open-webui': openWebui, 'open-webui-legacy': openWebuiLegacy, llm, 'llm-2026': llm2026, opencode, goose, crush, anythingllm, lobechat, generic,
};

export function sampleProgram(adapter: AdapterName): SampleProgram {
  return programs[adapter];
}

/** Programs that can be written into this kind of database. */
export function sampleAdapters(dialect: 'sqlite' | 'postgres'): AdapterName[] {
  return adapterNames.filter((name) => programs[name].schema[dialect] !== undefined);
}

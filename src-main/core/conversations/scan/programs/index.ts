import type { AdapterName } from '../../../../../shared/model/conversation-mapping.ts';
import type { Program } from '../program.ts';
import { goose, opencode } from './coding-agents.ts';
import { llm } from './llm.ts';
import { openWebui } from './open-webui.ts';
import { anythingllm, lobechat } from './web-chats.ts';

const programs: Partial<Readonly<Record<AdapterName, Program>>> = { 'open-webui': openWebui, llm, 'llm-2026': llm, opencode, goose, anythingllm, lobechat };

export function programOf(adapter: AdapterName): Program {
  return programs[adapter] ?? {};
}

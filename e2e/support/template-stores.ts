import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildSamples } from '../../src-main/core/sample/build.ts';
import { itemStore } from '../../src-main/core/sample/item-store.ts';

/** What a known program leaves behind, made in code: its files, and what of it must stand in the target. */
export interface TemplateStores {
  readonly name: string;
  /** Writes the program's stores into a folder. @returns their paths */
  make(folder: string): Promise<readonly string[]>;
  /** Tables that must have crossed, as the run's screen names them. */
  readonly tables: readonly string[];
}

const uuid = (n: number, kind: string): string => `${n.toString(16).padStart(8, '0')}-0000-4000-8000-${kind.padStart(12, '0')}`;
const moment = (n: number): string => new Date(1_736_000_000_000 + n * 61_000).toISOString();
const many = <T>(length: number, make: (n: number) => T): T[] => Array.from({ length }, (_, n) => make(n));

async function samples(folder: string, wanted: (file: string) => boolean): Promise<readonly string[]> {
  const { files } = await buildSamples(folder, 'small', { signal: new AbortController().signal, onProgress: () => undefined });
  return files.filter((file) => wanted(basename(file)));
}

function json(folder: string, name: string, value: unknown): Promise<readonly string[]> {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(value));
  return Promise.resolve([path]);
}

const resync: TemplateStores = {
  name: 'resync',
  make: (folder) => samples(folder, (file) => file !== 'duiliocode.db'),
  tables: ['tws.tws_snapshots', 'context.conversations', 'audit.audit_entries', 'analytics.user_profiles', 'learning.feedback', 'metrics.metric_data_points'],
};

const duiliocode: TemplateStores = {
  name: 'duiliocode',
  make: (folder) => samples(folder, (file) => file === 'duiliocode.db'),
  tables: ['public.user_preferences', 'public.conversation_history', 'public.system_metrics'],
};

const flowagents: TemplateStores = {
  name: 'flowagents',
  make: (folder) => json(folder, 'flowagents.json', {
    conversations: many(40, (n) => ({ id: uuid(n, 'c'), name: `Viagem ${n}`, is_active: n % 2 === 0, created_at: moment(n), updated_at: moment(n + 5), metadata: n % 4 === 0 ? null : { city: 'São Paulo', n } })),
    messages: many(300, (n) => ({ id: uuid(n, 'd'), conversation_id: uuid(n % 40, 'c'), role: n % 2 === 0 ? 'user' : 'assistant', content: `Olá ${n}: “tudo bem”?`, parts: [{ type: 'text', text: `parte ${n}` }], created_at: moment(n), metadata: { tokens: n } })),
    tasks: many(30, (n) => ({ id: uuid(n, 'e'), conversation_id: uuid(n % 40, 'c'), status: 'pending', description: `Reservar ${n}`, created_at: moment(n), updated_at: moment(n), metadata: {} })),
    events: many(50, (n) => ({ id: uuid(n, 'f'), conversation_id: uuid(n % 40, 'c'), actor: 'agent', content: { step: n }, timestamp: moment(n), event_type: 'started' })),
  }),
  tables: ['public.conversations', 'public.messages', 'public.tasks', 'public.events'],
};

const offlineFirst: TemplateStores = {
  name: 'offline-first',
  make: (folder) => json(folder, 'localStorage.json', {
    users: JSON.stringify(many(20, (n) => ({ id: uuid(n, 'a'), name: `Usuária ${n}`, email: `u${n}@example.com`, createdAt: moment(n), updatedAt: moment(n), deviceId: 'web' }))),
    issues: JSON.stringify(many(90, (n) => ({ id: uuid(n, 'b'), title: `Issue ${n}`, description: n % 2 === 0 ? null : 'ação', status: 'pending', priority: 'medium', userId: uuid(n % 20, 'a'), sessionId: null, createdAt: moment(n), updatedAt: moment(n + 1), version: 1 + (n % 3), locallyModified: n % 2 === 0, deletedAt: n % 9 === 0 ? moment(n) : null }))),
    sync_queue: JSON.stringify(many(30, (n) => ({ id: uuid(n, '9'), tableName: 'issues', recordId: uuid(n, 'b'), operation: 'update', data: { title: `Issue ${n}` }, deviceId: 'web', createdAt: moment(n), syncedAt: null, error: null, retries: 0 }))),
    theme: 'dark',
  }),
  tables: ['public.users', 'public.issues', 'public.sync_queue'],
};

const items: TemplateStores = {
  name: 'items',
  make: (folder) => json(folder, 'store.json', itemStore(120)),
  tables: ['public.items', 'public.item_identifiers', 'public.item_source_entries', 'public.source_entries', 'public.events', 'public.circuits', 'public.users', 'public.receipts'],
};

const duiliocodeConversations: TemplateStores = {
  name: 'duiliocode-conversations',
  make: (folder) => samples(folder, (file) => file === 'duiliocode.db'),
  tables: ['public.conversations', 'public.messages', 'public.tasks', 'public.events', 'public.user_preferences', 'public.system_metrics'],
};

/** The longest first. */
export const templateStores: readonly TemplateStores[] = [resync, flowagents, duiliocode, duiliocodeConversations, offlineFirst, items];

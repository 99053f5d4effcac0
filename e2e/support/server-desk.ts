import type { Program } from './program.ts';
import { atTarget } from './plant.ts';

/** What the tests look for in a support desk on a server. */
export interface ServerDesk {
  /** How the console reaches it. */
  readonly source: string;
  readonly conversations: number;
  readonly messagesEach: number;
  /** The newest conversation: the first of the list. */
  readonly newest: string;
}

const conversations = 60;
const messagesEach = 6;

const tables = `
CREATE TABLE conversations (id text PRIMARY KEY, user_id text, name text NOT NULL, created_at timestamptz, updated_at timestamptz, deleted_at timestamptz, metadata jsonb);
CREATE TABLE messages (id text PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE, role text NOT NULL, content text, parts jsonb, created_at timestamptz, deleted_at timestamptz, metadata jsonb);
CREATE TABLE tasks (id text PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE, status text, description text, created_at timestamptz, updated_at timestamptz, metadata jsonb);
CREATE TABLE events (id text PRIMARY KEY, conversation_id text NOT NULL REFERENCES conversations ON DELETE CASCADE, event_type text, actor text, timestamp timestamptz, content jsonb)`;

const rows = `
INSERT INTO conversations SELECT 'c-' || lpad(n::text, 4, '0'), 'customer-' || n % 7, (ARRAY['Cobrança em duplicidade', 'Wrong tax on the invoice', 'Coupon not applied'])[1 + n % 3] || ' ' || n,
  timestamptz '2025-03-01 08:00Z' + n * interval '1 day', timestamptz '2025-03-01 09:00Z' + n * interval '1 day', NULL, '{"channel": "web"}' FROM generate_series(1, ${conversations}) n;
INSERT INTO messages SELECT c.id || '-m' || n, c.id, CASE WHEN n % 2 = 1 THEN 'user' ELSE 'assistant' END, CASE WHEN n % 2 = 1 THEN 'The refund has not arrived. ' || n ELSE 'A ação de estorno foi registrada.' END, NULL, c.created_at + n * interval '1 minute'
  FROM conversations c, generate_series(1, ${messagesEach}) n;
INSERT INTO tasks SELECT 't-' || id, id, 'done', 'Search opened with the carrier', created_at, created_at FROM conversations;
INSERT INTO events SELECT 'e-' || id, id, 'assigned', 'queue', created_at, '"first line"' FROM conversations`;

/** The four tables of this console in the program's embedded PostgreSQL, English and Portuguese. The server runs on when it is asked for. */
export async function makeServerDesk(program: Program): Promise<ServerDesk> {
  const source = 'embedded:main';
  await atTarget(program, source, async (client) => {
    await client.query(`${tables}; ${rows}; ANALYZE`);
  });
  return { source, conversations, messagesEach, newest: `Cobrança em duplicidade ${conversations}` };
}

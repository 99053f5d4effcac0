import { createRandom, type Random } from './random.ts';

const kinds = ['gtin', 'lot', 'sisbov', 'car', 'nfe'] as const;
const statuses = ['Active', 'Active', 'Active', 'Deprecated', 'Merged', 'Split'] as const;

function moment(random: Random, from = 1_736_000_000_000): string {
  return new Date(from + random.int(0, 20_000_000_000)).toISOString();
}

function identifiers(random: Random, n: number): unknown[] {
  return Array.from({ length: random.int(0, 3) }, (_, index) => ({
    namespace: random.pick(['bovino', 'soja', 'generic']), key: kinds[(n + index) % kinds.length] ?? 'gtin', value: `${random.int(100_000, 999_999)}${n}`,
    ...(index === 0 ? { id_type: { Canonical: { registry: 'sisbov', verified: random.chance(0.5) } } } : { id_type: 'Contextual' }),
  }));
}

/**
 * The snapshot of an in-memory item store as the seed "item-store-primary" describes it, one list or object per collection: items with their
 * identifiers, source entries, aliases, fingerprint, legacy_mode and confidence_score; source entries, events, circuits by their id, users, API
 * keys and receipts. Made from a fixed seed, so every build is equal. The columns are assumed: the document names only some of them.
 */
export function itemStore(items: number): Record<string, unknown> {
  const random = createRandom(20_250_601);
  const entries = Array.from({ length: Math.ceil(items * 1.4) }, () => random.uuid());
  const users = Array.from({ length: Math.max(2, Math.ceil(items / 40)) }, (_, n) => ({ user_id: `user-${n + 1}`, username: `operador${n + 1}`, email: `operador${n + 1}@example.com`, tier: random.pick(['Basic', 'Professional', 'Enterprise']), is_active: random.chance(0.9), created_at: moment(random) }));
  const dfids = Array.from({ length: items }, (_, n) => `DFID-${moment(random).slice(0, 10).replaceAll('-', '')}-${String(n + 1).padStart(6, '0')}-${random.int(4096, 65_535).toString(16).toUpperCase()}`);
  const circuits = Object.fromEntries(Array.from({ length: Math.max(2, Math.ceil(items / 30)) }, (_, n) => {
    const id = random.uuid();
    return [id, { circuit_id: id, name: `Circuito ${n + 1}`, description: 'Rastreio da fazenda ao porto', owner_id: random.pick(users).user_id, members: [{ member_id: random.pick(users).user_id, role: 'Owner', permissions: ['Push', 'Pull'] }], default_namespace: 'generic', created_timestamp: moment(random), status: 'Active' }];
  }));
  return {
    items: dfids.map((dfid, n) => {
      const created = moment(random);
      return {
        dfid, local_id: random.uuid(), identifiers: identifiers(random, n), aliases: random.chance(0.3) ? [{ scheme: 'lot', issuer: 'Cooperativa São João', value: `L-${n}` }] : [],
        fingerprint: random.chance(0.5) ? random.uuid().replaceAll('-', '') : null, enriched_data: { peso_kg: random.int(20_000, 90_000) / 100, raça: random.pick(['Nelore', 'Angus', 'Girolando']) },
        source_entries: [entries[n % entries.length], ...(random.chance(0.4) ? [entries[(n * 7 + 3) % entries.length]] : [])],
        confidence_score: n === 0 ? 1 : random.next(), legacy_mode: random.chance(0.2), status: random.pick(statuses), creation_timestamp: created, last_modified: moment(random, Date.parse(created)),
      };
    }),
    source_entries: entries.map((entry, n) => ({ entry_id: entry, dfid: dfids[n % dfids.length], data_hash: random.uuid().replaceAll('-', ''), received_at: moment(random) })),
    events: Array.from({ length: items * 2 }, (_, n) => ({ event_id: random.uuid(), dfid: dfids[n % dfids.length], event_type: random.pick(['Created', 'Enriched', 'PushedToCircuit', 'PulledFromCircuit']), timestamp: moment(random), source: random.pick(users).user_id, metadata: { ip: `10.0.0.${random.int(1, 254)}` }, is_encrypted: false, visibility: 'Public' })),
    circuits, users,
    api_keys: users.slice(0, 2).map(({ user_id: user }) => ({ key_id: random.uuid(), user_id: user, name: 'integração', created_at: moment(random), last_used_at: null })),
    receipts: dfids.filter((_, n) => n % 3 === 0).map((dfid) => ({ receipt_id: random.uuid(), dfid, data_size: random.int(200, 90_000), hash: random.uuid().replaceAll('-', ''), timestamp: moment(random) })),
  };
}

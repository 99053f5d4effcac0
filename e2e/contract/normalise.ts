/** What may differ between two hosts that do the same: when, where, how fast, and the ids that were drawn. */
const measured = new Set(['freeBytes', 'latencyMs', 'seconds', 'remaining', 'port', 'rowsPerSecond', 'bytesPerSecond', 'modifiedMs', 'sha256']);
/** What a host is allowed to be different in: only the desktop has native dialogs. Who called is the host's name. */
const ofTheHost = new Set(['native', 'nativeDialogs', 'who', 'by']);
/** How far a job's counters were told before it ended depends on how busy the machine is. */
const ofAJobUnderWay = new Set(['phase', 'rows', 'rowsTotal', 'bytes', 'progress']);
/** Sealed with a secret of the host's own data folder (core/conversations/keys). */
const sealed = /k~[a-p]{32,}/g;
const time = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d(?::?\d\d)?)?/g;

/**
 * Replaces what may differ by its kind, and ids by the order in which they appeared, so that two hosts' answers to the same
 * calls must be equal. Make one per host and give it every answer in order.
 */
export function createNormaliser(folders: Readonly<Record<string, string>>): (value: unknown) => unknown {
  const ids = new Map<string, string>();

  function learn(value: unknown, name = ''): void {
    if (Array.isArray(value)) for (const item of value) learn(item, /ids$/i.test(name) ? 'id' : '');
    else if (typeof value === 'object' && value !== null) for (const [key, item] of Object.entries(value)) learn(item, key);
    else if (typeof value === 'string' && value.length >= 6 && (name === 'id' || name.endsWith('Id')) && !ids.has(value)) ids.set(value, `<id ${ids.size + 1}>`);
  }

  function text(value: string): string {
    let result = value;
    for (const [folder, shown] of Object.entries(folders)) result = result.replaceAll(folder, shown);
    for (const [id, shown] of ids) result = result.replaceAll(id, shown);
    return result.replace(sealed, '<sealed>').replace(time, '<time>');
  }

  function replace(value: unknown, name: string): unknown {
    if (ofTheHost.has(name)) return `<${name}>`;
    if (measured.has(name) && value !== null) return '<measured>';
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map((item) => replace(item, ''));
    if (typeof value === 'object' && value !== null) {
      const isJob = 'startedAt' in value && 'phase' in value;
      return Object.fromEntries(Object.entries(value).filter(([key, item]) => item !== undefined && !(isJob && ofAJobUnderWay.has(key))).map(([key, item]) => [key, replace(item, key)]));
    }
    return value;
  }

  return (value) => {
    learn(value);
    return replace(value, '');
  };
}

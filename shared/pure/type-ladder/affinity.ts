export type Affinity = 'integer' | 'real' | 'numeric' | 'text' | 'blob';

/** Affinity of a declared type, by the five rules in their order (https://sqlite.org/datatype3.html, section 3.1). */
export function affinityOf(declared: string): Affinity {
  const name = declared.toUpperCase();
  if (name.includes('INT')) return 'integer';
  if (name.includes('CHAR') || name.includes('CLOB') || name.includes('TEXT')) return 'text';
  if (name.includes('BLOB') || name.trim() === '') return 'blob';
  if (name.includes('REAL') || name.includes('FLOA') || name.includes('DOUB')) return 'real';
  return 'numeric';
}

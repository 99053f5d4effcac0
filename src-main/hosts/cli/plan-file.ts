import { open } from 'node:fs/promises';

/** The text of a plan file, or null where the path is no JSON file (a database, a URL, a connection's name). */
export async function readPlanFile(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    if (!/^\uFEFF?\s*\{/.test(buffer.toString('utf8', 0, bytesRead))) return null;
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

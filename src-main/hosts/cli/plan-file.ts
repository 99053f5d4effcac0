import { open } from 'node:fs/promises';

/** A plan says so in its first lines; any other JSON file is a source. */
const plan = /^\uFEFF?\s*\{[^]*"format"\s*:\s*"travessia-plan\//;

/** The text of a plan file, or null where the path is none (a database, an export, a URL, a connection's name). */
export async function readPlanFile(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    if (!plan.test(buffer.toString('utf8', 0, bytesRead))) return null;
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

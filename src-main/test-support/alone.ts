import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a test file changes for every file that its process runs after it. */
const changesProcess = /\bvi\.(?:mock|doMock|stub\w+|spyOn|useFakeTimers|setSystemTime)\(|\bserveThreadsHere\(\)/;

/**
 * The test files that need a process of their own: they mock a module, a clock or the environment, or serve threads in their process. All others
 * share processes, as starting one and loading the core into it takes longer than most of them run.
 *
 * @param root - the project's folder
 * @param include - patterns of test files
 */
export function filesAlone(root: string, include: readonly string[]): string[] {
  return globSync([...include], { cwd: root }).filter((file) => changesProcess.test(readFileSync(join(root, file), 'utf8')));
}

import { threadsEnd } from '../../workers/start-worker.ts';
import { runCommandLine } from './run-command-line.ts';

let stoppedBy: NodeJS.Signals | undefined;
const code = await runCommandLine(process.argv.slice(2), (signal) => {
  stoppedBy = signal;
});
// `process.exit` waits for threads, and SQLite's check of a large file cannot be interrupted: then the signal itself ends the program.
if (stoppedBy !== undefined && !(await threadsEnd(2000))) process.kill(process.pid, stoppedBy);
else process.exit(code);

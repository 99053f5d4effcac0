/**
 * Loaded into the program before it starts (`--import`): on SIGUSR2 one of its threads ends at once, in the midst of whatever it does, as
 * if it had crashed. The first thread is the store's and stays: the store has tests of its own.
 */
import { isMainThread, type Worker } from 'node:worker_threads';

if (isMainThread) {
  const alive: Worker[] = [];
  let seen = 0;
  process.on('worker', (worker) => {
    seen += 1;
    if (seen === 1) return;
    alive.push(worker);
    worker.once('exit', () => alive.splice(alive.indexOf(worker), 1));
  });
  process.on('SIGUSR2', () => void alive[Math.floor(Math.random() * alive.length)]?.terminate());
}

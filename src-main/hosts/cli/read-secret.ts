import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { TravessiaError } from '../../../shared/contract/errors.ts';

/** One line of standard input, not shown while it is typed: a secret has no place on a command line. @throws USAGE where there is none */
export async function readSecret(prompt: string): Promise<string> {
  const isTerminal = process.stdin.isTTY === true;
  if (isTerminal) process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTerminal });
  const answer = await new Promise<string | null>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(null));
  });
  lines.close();
  if (isTerminal) process.stderr.write('\n');
  if (answer === null || answer === '') throw new TravessiaError('USAGE', { message: 'No passphrase was given.', hint: 'It is read from standard input.' });
  return answer;
}

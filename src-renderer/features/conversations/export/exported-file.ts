import type { Client } from '../../../../shared/contract/contract.ts';

export interface ExportedFile {
  readonly fileName: string;
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

/** Fetches the file that an export made, piece by piece. `onProgress`: bytes here of all. */
export async function exportedFile(client: Client, jobId: string, onProgress: (done: number, total: number) => void): Promise<ExportedFile> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let fileName = '';
  let done = 0;
  for (let offset: number | null = 0; offset !== null; ) {
    const answer: Awaited<ReturnType<typeof ask>> = await ask(client, jobId, offset);
    fileName = answer.fileName;
    const piece = Uint8Array.from(atob(answer.data), (character) => character.charCodeAt(0));
    pieces.push(piece);
    done += piece.length;
    onProgress(done, answer.bytes);
    offset = answer.next;
  }
  return { fileName, pieces };
}

function ask(client: Client, jobId: string, offset: number) {
  return client.call('conversations/exported', { jobId, offset });
}

/** Hands a text to the person as a file, the way every host allows: a link to an object URL. A long one may come in pieces. */
export function downloadText(fileName: string, text: string | readonly string[], type: string): void {
  downloadFile(fileName, typeof text === 'string' ? [text] : text, `${type};charset=utf-8`);
}

/** The same for bytes. */
export function downloadFile(fileName: string, pieces: readonly BlobPart[], type: string): void {
  const url = URL.createObjectURL(new Blob([...pieces], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

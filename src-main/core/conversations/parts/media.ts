import type { Part } from '../../../../shared/model/conversation.ts';
import { openBlock, type Block } from './block.ts';
import { numberOf } from './json.ts';

/** Bytes that a part carries with it at most; larger ones stay in the source (shared/model/conversation.ts). */
const most = 256 * 1024;
const dataUrl = /^data:([^;,]*)((?:;[^;,]*)*),/;

interface Media {
  readonly mime: string | null;
  readonly name: string | null;
  /** A data: URL, an outside address, or anything else that names the thing. */
  readonly url: string | null;
}

/** An image, or a file where it is none. An outside address stays text: nothing is ever fetched. */
export function mediaPart({ mime, name, url }: Media): Part {
  const head = url === null ? null : dataUrl.exec(url);
  const type = mime ?? (head?.[1] === undefined || head[1] === '' ? null : head[1]);
  if (url !== null && head !== null) {
    const bytes = Math.floor((url.length - head[0].length) * (head[2]?.includes('base64') === true ? 0.75 : 1));
    if (type === null || type.startsWith('image/')) return { type: 'image', mime: type, name, url: null, data: bytes <= most ? url : null };
    return { type: 'file', mime: type, name, url: null, bytes };
  }
  if (type !== null && type.startsWith('image/')) return { type: 'image', mime: type, name, url, data: null };
  return { type: 'file', mime: type, name, url, bytes: null };
}

/** Only what can be base64 is bytes; anything else there is a name or an address. */
function asDataUrl(data: string, mime: string | null): string {
  return /^[\w+/=\s-]*$/.test(data) ? `data:${mime ?? ''};base64,${data}` : data;
}

/** Where a block says what it shows: OpenAI's `image_url`, Anthropic's `source`, the AI SDK's `url` or `data`, Gemini's `inlineData`, goose's and crush's bytes. */
export function readMedia(block: Block, fallback: string | null): Part[] {
  const inner = openBlock(block.record('source', 'image_url', 'file', 'inlineData', 'inline_data', 'fileData', 'file_data', 'input_audio', 'audio_url', 'video_url', 'audio', 'data') ?? {});
  const from = (...keys: readonly string[]): string | null => block.text(...keys) ?? inner.text(...keys);
  const mime = from('mime', 'mimeType', 'mime_type', 'mediaType', 'media_type', 'content_type', 'file_type', 'MIMEType') ?? (fallback === 'image/*' ? null : fallback);
  const name = from('filename', 'file_name', 'name', 'title', 'path', 'Path');
  const data = from('data', 'Data', 'file_data', 'base64', 'contentString');
  const url = data === null ? from('url', 'image_url', 'file_url', 'fileUri', 'file_uri', 'uri', 'image', 'file_id', 'fileId') : null;
  const bytes = numberOf(block.take('size', 'bytes') ?? inner.take('size', 'bytes'));
  const part = mediaPart({ mime, name, url: data === null ? url : asDataUrl(data, mime) });
  const shown: Part = part.type !== 'file' ? part : fallback === 'image/*' ? { type: 'image', mime: part.mime, name: part.name, url: part.url, data: null } : { ...part, bytes: part.bytes ?? bytes };
  return [shown, ...inner.rest(), ...block.rest()];
}

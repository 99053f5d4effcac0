import { useEffect, useRef } from 'react';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { PostgreSQL, SQLite, sql } from '@codemirror/lang-sql';
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { defaultKeymap } from '@codemirror/commands';
import { tags } from '@lezer/highlight';
import { pageNonce } from '../app/nonce.ts';

interface CodeViewProps {
  readonly text: string;
  readonly label: string;
  readonly dialect?: 'postgresql' | 'sqlite' | 'none';
  /** Text to bring into view, e.g. the statement of the table chosen. */
  readonly find?: string | undefined;
  /** Long lines go on in the next one, where there is little room beside something else. */
  readonly wrap?: boolean;
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--code-type)' },
  { tag: tags.comment, color: 'var(--ink-faint)', fontStyle: 'italic' },
]);

/** Text to read and copy, with SQL coloured; long scripts cost only what is visible. */
export default function CodeView({ text, label, dialect = 'postgresql', find, wrap = false }: CodeViewProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);

  useEffect(() => {
    if (!host.current) return;
    const nonce = pageNonce();
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          nonce === '' ? [] : EditorView.cspNonce.of(nonce),
          lineNumbers(),
          drawSelection(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          keymap.of(defaultKeymap),
          dialect === 'none' ? [] : sql({ dialect: dialect === 'sqlite' ? SQLite : PostgreSQL }),
          syntaxHighlighting(colours),
          wrap ? EditorView.lineWrapping : [],
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = null;
    };
  }, [text, label, dialect, wrap]);

  useEffect(() => {
    const editor = view.current;
    const at = find === undefined ? -1 : text.indexOf(find);
    if (!editor || at < 0) return;
    editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'start', yMargin: 24 }) });
  }, [text, find]);

  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}

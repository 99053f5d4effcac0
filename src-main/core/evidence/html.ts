/** A piece of HTML that is safe to insert; everything else is escaped. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | undefined | readonly (Html | string)[];

/** Builds HTML in which every inserted text is escaped: names and values come from foreign files. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, each, index) => text + each + (index < parts.length ? render(parts[index]) : ''), ''));
}

function render(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map((each) => render(each)).join('');
  return String(part).replaceAll(/[&<>"'\0-\x08\x0b\x0c\x0e-\x1f]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  // Control characters have no place in HTML; their pictures (U+2400 block) show that they are there.
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `&#${code};`;
}

/** A column of a table in the report. */
export interface Head {
  readonly title: string;
  readonly number?: boolean;
  /** Words of the report's own, never broken. */
  readonly words?: boolean;
}

export function table(heads: readonly Head[], rows: readonly (readonly Part[])[]): Html {
  const kind = (index: number): Html => new Html(heads[index]?.number === true ? ' class="number"' : heads[index]?.words === true ? ' class="words"' : '');
  return html`<div class="scroll"><table><thead><tr>${heads.map(({ title }, index) => html`<th${kind(index)} scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, index) => html`<td${kind(index)}>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Names and their values, as a definition list. */
export function pairs(entries: readonly (readonly [string, Part])[]): Html {
  return html`<dl>${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

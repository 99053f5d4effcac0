import type { Assessment, ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { describe, type Language } from '../../../shared/pure/texts/index.ts';
import { decideCandidate } from '../../../shared/pure/type-ladder/index.ts';
import { messagesOf } from './trouble.ts';
import { nonNullOf } from './profile.ts';
import { reportStyle } from './report-style.ts';
import { reportLanguage, type ReportLanguage } from './report-texts.ts';

/** Above this share a column would keep its declared type only with rejects; the report shows the default decision. */
const rejectShare = 0.01;

/** A piece of HTML that is safe to insert; everything else is escaped. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly (Html | string)[];

/** Builds HTML in which every inserted text is escaped: names and values come from a foreign file. */
function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, each, index) => text + each + (index < parts.length ? render(parts[index] ?? '') : ''), ''));
}

function render(part: Part): string {
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return String(part).replaceAll(/[&<>"'\0-\x08\x0b\x0c\x0e-\x1f]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  // Control characters have no place in HTML; their pictures (U+2400 block) show that they are there.
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `&#${code};`;
}

/** The assessment as one self-contained page, without scripts, for a mail or an archive. */
export function renderAssessmentReport(assessment: Assessment, language: Language = 'en'): string {
  const say = reportLanguage(language);
  const title = say.word('title', { database: assessment.database });
  const tables = assessment.tables.filter((table) => table.kind !== 'shadow');
  const read = tables.filter((table) => table.kind === 'table' && table.error === undefined);
  const notable = [...assessment.findings, ...tables.flatMap((table) => table.findings.filter((finding) => finding.severity !== 'info'))];
  const page = html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>${new Html(reportStyle)}</style></head>
<body><main>
<h1>${title}</h1>
<p class="soft">${say.word('made', { when: say.moment(assessment.createdAt), seconds: say.number(assessment.seconds), source: assessment.source, read: say.number(read.length), tables: say.number(tables.length) })}</p>
${overview(assessment, say)}
<h2>${say.word('findings')}</h2><div class="card">${findingList(notable, say, true)}</div>
<h2>${say.word('tables')}</h2>${tableList(tables, say)}
${tables.map((table) => tableDetails(table, say))}
</main></body></html>
`;
  return page.text;
}

function overview(assessment: Assessment, say: ReportLanguage): Html {
  const { file, decision, estimate, grade } = assessment;
  return html`<div class="cards">
<section class="card"><h2>${say.word('grade')}</h2><p class="big"><span class="badge ${grade}">${grade}</span></p><p>${say.word(`grade.${grade}`)}</p></section>
<section class="card"><h2>${say.word('rows')}</h2><p class="big">${say.number(assessment.rows)}</p><p>${say.word('estimate')}: ${say.word('estimateText', { seconds: say.number(estimate.seconds), bytes: say.size(estimate.targetBytes) })}</p></section>
<section class="card"><h2>${say.word('file')}</h2><p>${say.word('fileText', { bytes: say.size(file.bytes + file.walBytes), pages: say.number(file.pageCount), pageSize: say.number(file.pageSize), encoding: file.encoding, journal: file.journalMode, version: file.sqliteVersion })}</p>
<p><strong>${say.word('integrity')}</strong>: ${integrityText(assessment, say)}</p></section>
<section class="card wide"><h2>${say.word('decision')}</h2><p class="big">${say.word(`decision.${decision.verdict}`)}</p>
<table><thead><tr><th scope="col">${say.word('measure')}</th><th scope="col" class="number">${say.word('value')}</th><th scope="col" class="number">${say.word('threshold')}</th></tr></thead>
<tbody>${decision.reasons.map((reason) => decisionRow(reason, say))}</tbody></table></section>
<section class="card"><h2>${say.word('views')} · ${say.word('triggers')}</h2>
<p>${say.word('views')}: ${assessment.views.map((view) => (view.broken === undefined ? view.name : `${view.name} (${say.word('broken')})`)).join(', ') || say.word('none')}</p>
<p>${say.word('triggers')}: ${assessment.triggers.map((trigger) => trigger.name).join(', ') || say.word('none')}</p></section>
</div>`;
}

function integrityText({ integrity }: Assessment, say: ReportLanguage): string {
  // Rows that break a rule of their own table are findings of it, and no damage.
  const messages = [...messagesOf(integrity, 'pages'), ...messagesOf(integrity, 'indexes')];
  const state = messages.length > 0 ? say.word('integrity.damaged', { count: say.number(messages.length) }) : say.word(integrity.integrityCheck.length === 0 ? 'integrity.quick' : 'integrity.clean');
  return [
    state,
    ...((integrity.tablesByPages ?? 0) > 0 ? [say.word('integrity.pages', { count: say.number(integrity.tablesByPages ?? 0) })] : []),
    ...(integrity.foreignKeyCheck === '0' ? [] : [say.word('orphans', { count: say.number(integrity.foreignKeyCheck) })]),
  ].join('; ');
}

function decisionRow(reason: Assessment['decision']['reasons'][number], say: ReportLanguage): Html {
  const show = (value: number): string => (reason.measure === 'memoryBytes' ? say.size(value) : say.number(value));
  const state = reason.over === null ? 'unanswered' : reason.over ? 'over' : 'within';
  return html`<tr><th scope="row">${say.word(`measure.${reason.measure}`)}</th><td class="number">${reason.value === null ? '' : show(reason.value)} <span class="badge ${state}">${say.word(state)}</span></td><td class="number">${show(reason.threshold)}</td></tr>`;
}

function findingList(findings: readonly Finding[], say: ReportLanguage, isOfWhole = false): Html {
  if (findings.length === 0) return html`<p class="soft">${say.word('noFindings')}</p>`;
  const order = ['critical', 'warning', 'info'];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return html`<ul class="findings">${sorted.map((finding) => findingItem(finding, say, isOfWhole))}</ul>`;
}

function findingItem(finding: Finding, say: ReportLanguage, isOfWhole: boolean): Html {
  const where = [isOfWhole ? finding.table : undefined, finding.column, finding.object].filter((part) => part !== undefined).join(', ');
  const text = describe(finding.code, { ...finding.params, ...(finding.count === undefined ? {} : { count: say.number(finding.count) }) }, say.language);
  const examples = (finding.examples ?? []).map(({ key, value }) => [key, value].filter((part) => part !== '').join(': ')).join(' · ');
  return html`<li><span class="badge ${finding.severity}">${say.word(`severity.${finding.severity}`)}</span> ${where === '' ? '' : html`<strong>${where}</strong> `}${text}${examples === '' ? '' : html`<br><code>${say.word('examples')}: ${examples}</code>`}</li>`;
}

function tableList(tables: readonly TableAssessment[], say: ReportLanguage): Html {
  return html`<div class="scroll"><table><thead><tr><th scope="col">${say.word('table')}</th><th scope="col">${say.word('kind')}</th><th scope="col" class="number">${say.word('rows')}</th><th scope="col" class="number">${say.word('size')}</th><th scope="col" class="number">${say.word('columns')}</th><th scope="col">${say.word('grade')}</th></tr></thead>
<tbody>${tables.map((table) => html`<tr><th scope="row">${table.name}</th><td>${say.word(`kind.${table.kind}`)}</td><td class="number">${say.number(table.rows)}</td><td class="number">${say.size(Number(table.payloadBytes))}</td><td class="number">${table.columns.length}</td><td><span class="badge ${table.grade}">${table.grade}</span></td></tr>`)}</tbody></table></div>`;
}

function tableDetails(table: TableAssessment, say: ReportLanguage): Html {
  const error = table.error === undefined ? '' : html`<p class="card">${say.word('error', { message: table.error.message })}</p>`;
  const columns = table.columns.length === 0 ? '' : html`<div class="scroll"><table><thead><tr><th scope="col">${say.word('column')}</th><th scope="col">${say.word('declared')}</th><th scope="col">${say.word('holds')}</th><th scope="col">${say.word('range')}</th><th scope="col">${say.word('crosses')}</th><th scope="col">${say.word('evidence')}</th></tr></thead>
<tbody>${table.columns.map((column) => columnRow(column, say))}</tbody></table></div>`;
  return html`<details${table.grade === 'A' ? '' : new Html(' open')}><summary><h3>${table.name}</h3><span class="badge ${table.grade}">${table.grade}</span><span class="soft">${say.word('rows')}: ${say.number(table.rows)}</span></summary>${error}${columns}${findingList(table.findings.filter((finding) => finding.code !== 'finding.proposal'), say)}</details>`;
}

function columnRow(column: ColumnProfile, say: ReportLanguage): Html {
  const nonNull = nonNullOf(column);
  const chosen = column.candidates[decideCandidate(column.candidates, nonNull, rejectShare)];
  const classes = (['integer', 'real', 'text', 'blob', 'null'] as const).filter((each) => column.classes[each] !== '0');
  const holds = classes.map((each) => `${say.word(`class_${each}`)} ${say.number(column.classes[each])}`).join(', ');
  const shares = nonNull === 0n ? [] : (['integer', 'real', 'text', 'blob'] as const).filter((each) => column.classes[each] !== '0');
  const bar = shares.length < 2 ? '' : html`<div class="bar" aria-hidden="true">${shares.map((each) => html`<span class="${each}" style="width:${Math.max(2, Number((BigInt(column.classes[each]) * 1000n) / nonNull) / 10)}%"></span>`)}</div>`;
  const evidence = column.proposals.map((proposal) => {
    const tail = proposal.ambiguous ? ` (${say.word('ambiguous')})` : '';
    return html`<p>${say.word('proposal', { type: proposal.type })}: ${describe(proposal.code, proposal.params, say.language)} ${say.number(proposal.matches)}/${say.number(String(nonNull))}${tail}</p>`;
  });
  const type = chosen === undefined ? '' : chosen.cast === undefined ? chosen.type : `${chosen.type} (${chosen.cast})`;
  return html`<tr><th scope="row">${column.name}</th><td><code class="type">${column.declared}</code></td><td>${nonNull === 0n && classes.length > 0 ? say.word('nothing') : holds}${bar}</td><td>${rangeOf(column, say)}</td><td><code>${type}</code></td><td>${evidence}</td></tr>`;
}

function rangeOf(column: ColumnProfile, say: ReportLanguage): string {
  const parts: string[] = [];
  if (column.minInteger !== undefined && column.maxInteger !== undefined) parts.push(`${say.number(column.minInteger)} … ${say.number(column.maxInteger)}`);
  if (column.minReal !== undefined && column.maxReal !== undefined) parts.push(`${column.minReal} … ${column.maxReal}`);
  if (column.maxBytes !== undefined) parts.push(`≤ ${say.size(column.maxBytes)}`);
  return parts.join('; ');
}

import { readFile } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { adapterNames, mappingSchema, type Library, type Mapping } from '../../../shared/model/conversation-mapping.ts';
import { redactUrl } from '../../drivers/postgres/index.ts';
import { choice, positional, text } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { safe } from './conversation-text.ts';
import type { Speech } from './speech.ts';
import { detect, openLibrary, withSearch } from './library-argument.ts';
import { commandOf } from './verbs.ts';

async function mappingOf(context: CommandContext): Promise<Mapping | undefined> {
  const file = text(context.args, 'mapping');
  if (file === undefined) return undefined;
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new TravessiaError('FILE_NOT_FOUND', { message: `The mapping ${file} cannot be read.`, cause: error });
  }
  try {
    return mappingSchema.parse(JSON.parse(content));
  } catch (error) {
    throw new TravessiaError('MAPPING_INVALID', { message: `${file} is no mapping.`, hint: 'Begin with what was detected: travessia libraries detect SOURCE --format json', cause: error });
  }
}

function libraryLine(library: Library, { say }: Speech): string[] {
  return [library.id, safe(library.name), library.mapping.adapter, library.kind, say(library.way), say(library.search), library.refreshedAt?.slice(0, 19) ?? '', safe(library.source)];
}

function show(context: CommandContext, libraries: readonly Library[], document: unknown): number {
  if (context.output.json) context.output.document(document);
  else context.output.print(libraries.length === 0 ? context.speech.say('No libraries yet. Open one: travessia libraries add SOURCE') : context.speech.table(['id', 'name', 'program', 'kind', 'read', 'search', 'refreshed', 'source'], libraries.map((each) => libraryLine(each, context.speech))));
  return 0;
}

/** A library that is there already; a source is not opened for it. */
async function existing(context: CommandContext): Promise<Library> {
  const given = positional(context.args, 0, 'The library');
  const libraries = await context.call('libraries/list', {});
  const found = libraries.find(({ id }) => id === given) ?? libraries.find(({ name }) => name.toLowerCase() === given.toLowerCase());
  if (found === undefined) throw new TravessiaError('NOT_FOUND', { message: `There is no library ${given}.`, hint: 'See travessia libraries list.' });
  return found;
}

export const librariesCommand: Command = commandOf('libraries', 'Databases opened as conversations', {
  list: { usage: '', summary: 'those that are kept', async run(context) {
    const libraries = await context.call('libraries/list', {});
    return show(context, libraries, libraries);
  } },
  detect: { usage: 'SOURCE', summary: 'what a database looks like, and why', async run(context) {
    const source = positional(context.args, 0, 'The source');
    const found = await context.call('libraries/detect', { source });
    if (context.output.json) context.output.document(found);
    else {
      const { say, number, count, table } = context.speech;
      context.output.print(found.detections.length === 0 ? say('No tables of {{source}} look like conversations.', { source: redactUrl(source) }) : table(['program', 'sure', 'found', 'missing'],
        found.detections.map((each) => [each.program ?? each.mapping.adapter, `${number(each.confidence * 100, 0)} %`, safe(each.found.join(', ')), safe(each.missing.join(', '))])));
      context.output.print(`\n${table(['table', 'rows', 'columns'], found.shape.tables.map((each) => [safe(each.name), each.rows === null ? '' : count(each.rows), safe(each.columns.map(({ name }) => name).join(', '))]))}`);
    }
    return found.detections.length === 0 ? 1 : 0;
  } },
  add: { usage: 'SOURCE [--name N] [--program P] [--mapping FILE]', summary: 'open a database and keep it', async run(context) {
    const source = positional(context.args, 0, 'The source');
    const mapping = await mappingOf(context);
    const name = text(context.args, 'name');
    if (mapping === undefined && name === undefined && text(context.args, 'program') === undefined) {
      const opened = await openLibrary(context, source);
      return show(context, [opened], opened);
    }
    const read = mapping ?? (await detect(context, source, choice(context.args, 'program', adapterNames))).mapping;
    const library = await withSearch(context, await context.call('libraries/add', { source, name: name ?? source.replace(/^.*[\\/]/, '').slice(0, 80), mapping: read }));
    return show(context, [library], library);
  } },
  edit: { usage: 'LIBRARY [--name N] [--mapping FILE]', summary: 'change its name or how it is read', async run(context) {
    const [name, mapping] = [text(context.args, 'name'), await mappingOf(context)];
    const library = await context.call('libraries/edit', { id: (await existing(context)).id, ...(name === undefined ? {} : { name }), ...(mapping === undefined ? {} : { mapping }) });
    return show(context, [library], library);
  } },
  remove: { usage: 'LIBRARY', summary: 'forget it and its local copy; the database stays as it is', async run(context) {
    const library = await existing(context);
    await context.call('libraries/remove', { id: library.id });
    if (context.output.json) context.output.document({ removed: library.id });
    else context.output.print(context.speech.say('{{name}} is forgotten; {{source}} stays as it is.', { name: safe(library.name), source: safe(library.source) }));
    return 0;
  } },
  refresh: { usage: 'LIBRARY', summary: 'make its local full-text copy, or bring it up to date', async run(context) {
    const { id } = await existing(context);
    await context.job((await context.call('libraries/refresh', { id })).jobId);
    const library = (await context.call('libraries/list', {})).filter((each) => each.id === id);
    return show(context, library, library[0]);
  } },
  index: { usage: 'LIBRARY [--drop] [--yes]', summary: 'the indexes that search needs in PostgreSQL, as SQL; with --yes they are made; --drop: what takes them away', async run(context) {
    const { say, told } = context.speech;
    const { id } = await existing(context);
    const isDrop = context.args.options['drop'] === true;
    const plan = await context.call(isDrop ? 'libraries/index-drop-plan' : 'libraries/index-plan', { id });
    if (plan.blockers.length > 0) throw new TravessiaError('WRONG_STATE', { message: `The way is blocked: ${plan.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
    const isAgreed = context.args.options['yes'] === true;
    const said = plan.statements.map(({ sql, why }) => `-- ${told(why, 'index.')}\n${sql.replace(/;$/, '')};`).join('\n');
    if (isAgreed && plan.statements.length > 0) {
      context.output.note(said);
      await context.job((await context.call(isDrop ? 'libraries/index-drop' : 'libraries/index', { id, hash: plan.hash })).jobId);
    }
    if (context.output.json) context.output.document({ ...plan, done: isAgreed });
    else if (plan.statements.length === 0) context.output.print(say(isDrop ? 'There is no search index.' : 'All indexes are there.'));
    else context.output.print(isAgreed ? say(isDrop ? 'The index is taken away.' : 'The indexes are made.') : `${said}\n-- ${say('Nothing has been changed. To run it: travessia libraries index LIBRARY {{options}}', { options: isDrop ? '--drop --yes' : '--yes' })}`);
    return 0;
  } },
}, {
  name: { type: 'string', summary: 'its name', value: 'N' },
  program: { type: 'string', summary: 'read as this program’s, where several fit', value: adapterNames.join('|') },
  mapping: { type: 'string', summary: 'how it is read, as JSON (see libraries detect --format json)', value: 'FILE' },
  drop: { type: 'boolean', summary: 'of index: take the search index away' },
  yes: { type: 'boolean', summary: 'carry out what was shown' },
});

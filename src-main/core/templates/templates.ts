import { TravessiaError } from '../../../shared/contract/errors.ts';
import { templateSchema, type Template } from '../../../shared/model/template.ts';
import duiliocode from '../../../resources/templates/duiliocode.json' with { type: 'json' };
import duiliocodeConversations from '../../../resources/templates/duiliocode-conversations.json' with { type: 'json' };
import flowagents from '../../../resources/templates/flowagents.json' with { type: 'json' };
import items from '../../../resources/templates/items.json' with { type: 'json' };
import offlineFirst from '../../../resources/templates/offline-first.json' with { type: 'json' };
import resync from '../../../resources/templates/resync.json' with { type: 'json' };

/** The templates that come with the program, by name. */
export function listTemplates(): Template[] {
  return [resync, flowagents, duiliocode, duiliocodeConversations, offlineFirst, items].map((file) => templateSchema.parse(file));
}

/** @throws TravessiaError NOT_FOUND, naming those there are */
export function findTemplate(name: string): Template {
  const templates = listTemplates();
  const found = templates.find((template) => template.name === name);
  if (found !== undefined) return found;
  throw new TravessiaError('NOT_FOUND', { message: `There is no template named ${name}.`, hint: `There are: ${templates.map((template) => template.name).join(', ')}.` });
}

import { z } from 'zod';

type Schema = Readonly<Record<string, unknown>>;

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The smallest input that a call's schema lets through, made from the schema itself, so that a new call needs nobody to write one. */
export function sampleInput(schema: z.ZodType): unknown {
  const json: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const root: Schema = isSchema(json) ? json : {};

  function sample(node: Schema): unknown {
    if (typeof node['$ref'] === 'string') {
      const found = node['$ref'].split('/').slice(1).reduce<unknown>((at, name) => (isSchema(at) ? at[name] : undefined), root);
      return sample(isSchema(found) ? found : {});
    }
    if ('const' in node) return node['const'];
    if (Array.isArray(node['enum'])) return node['enum'][0];
    const [either] = [node['anyOf'], node['oneOf']].filter(Array.isArray);
    if (either !== undefined) return sample(either.find(isSchema) ?? {});
    if (Array.isArray(node['allOf'])) return Object.assign({}, ...node['allOf'].filter(isSchema).map(sample));
    switch (node['type']) {
      case 'object': {
        const properties = isSchema(node['properties']) ? node['properties'] : {};
        const required = Array.isArray(node['required']) ? node['required'].map(String) : [];
        return Object.fromEntries(required.map((name) => [name, sample(isSchema(properties[name]) ? properties[name] : {})]));
      }
      case 'array':
        return Array.from({ length: number(node['minItems']) }, () => sample(isSchema(node['items']) ? node['items'] : {}));
      case 'string':
        return 'x'.repeat(Math.max(1, number(node['minLength'])));
      case 'integer':
      case 'number':
        return Math.max(0, number(node['minimum']));
      case 'boolean':
        return false;
      default:
        return null;
    }
  }
  return sample(root);
}

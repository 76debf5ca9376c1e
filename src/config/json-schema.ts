import type { Field, Schema } from './schema/kinds.js';
import { ROOT } from './schema/root.js';
import { describeSchema } from './validate.js';

type Json = Record<string, unknown>;

/** `${VAR}` may stand in the place of any value: editors must not complain about it. */
const VARIABLE = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}' };

function orVariable(schema: Json): Json {
  return { anyOf: [schema, VARIABLE] };
}

function schemaOf(schema: Schema): Json {
  switch (schema.kind) {
    case 'text':
      return schema.pattern === undefined
        ? { type: 'string' }
        : orVariable({ type: ['string', 'number', 'boolean'], description: schema.hint });
    case 'secret':
      return { type: ['string', 'number'], writeOnly: true };
    case 'choice':
      return orVariable({ enum: schema.choices });
    case 'boolean':
      return orVariable({ type: 'boolean' });
    case 'integer':
      return orVariable({ type: 'integer', minimum: schema.min, maximum: schema.max });
    case 'number':
      return orVariable({ type: 'number', minimum: schema.min, maximum: schema.max });
    case 'money':
    case 'ratio':
    case 'limit':
    case 'size':
    case 'duration':
    case 'time':
      return { type: ['string', 'number'], description: describeSchema(schema) };
    case 'free':
      return {};
    case 'list':
      return {
        type: 'array',
        items: schemaOf(schema.item),
        minItems: schema.min,
        maxItems: schema.max,
      };
    case 'map':
      return {
        type: 'object',
        patternProperties: { [schema.pattern.source]: schemaOf(schema.value) },
        additionalProperties: false,
      };
    case 'object':
      return objectSchema(schema.fields);
    case 'either': {
      const forms = [schema.scalar, schema.list, schema.object];
      return { anyOf: forms.flatMap((form) => (form === undefined ? [] : [schemaOf(form)])) };
    }
  }
}

function objectSchema(fields: Readonly<Record<string, Field>>): Json {
  const properties: Json = {};
  const needed: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    const isSection = field.schema.kind === 'object' || field.schema.kind === 'map';
    const inner = schemaOf(field.schema);
    const hasDefault = field.fallback !== undefined && !isSection;
    const about = hasDefault
      ? `${field.description} Default: ${field.fallback}.`
      : field.description;
    // A section may be empty: then all in it has its default.
    const type = isSection && field.fallback !== undefined ? { type: ['object', 'null'] } : {};
    properties[name] = { ...inner, ...type, description: about };
    if (field.isAlways && field.fallback === undefined) needed.push(name);
  }
  return {
    type: 'object',
    properties,
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
}

/** The configuration as JSON Schema (draft 2020-12), for editors. */
export function configJsonSchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of hft-trading-system',
    ...objectSchema(ROOT.kind === 'object' ? ROOT.fields : {}),
  };
}

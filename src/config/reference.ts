import type { Field, Schema } from './schema/kinds.js';
import { ROOT } from './schema/root.js';
import { describeSchema } from './validate.js';

type Fields = Readonly<Record<string, Field>>;

/** A table row's text: pipes would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

/** The fields of the mappings inside a schema, and how a path goes on to them. */
function inner(schema: Schema): { readonly fields: Fields; readonly step: string } | undefined {
  switch (schema.kind) {
    case 'object':
      return { fields: schema.fields, step: '.' };
    case 'map': {
      const value = inner(schema.value);
      return value && { fields: value.fields, step: `.NAME${value.step}` };
    }
    case 'list': {
      const item = inner(schema.item);
      return item && { fields: item.fields, step: `[]${item.step}` };
    }
    case 'either':
      return schema.object && inner(schema.object);
    default:
      return undefined;
  }
}

/** What a value must be, short: lists and maps say what is in them. */
function kindText(schema: Schema): string {
  switch (schema.kind) {
    case 'list':
      return inner(schema.item) ? 'a list' : `a list: each ${kindText(schema.item)}`;
    case 'map':
      return inner(schema.value)
        ? 'a mapping by name'
        : `a mapping: each ${kindText(schema.value)}`;
    case 'either':
      return [schema.scalar, schema.list, schema.object]
        .flatMap((form) => (form === undefined ? [] : [kindText(form)]))
        .join(', or ');
    default:
      return describeSchema(schema);
  }
}

function fallbackText(field: Field): string {
  if (field.fallback === undefined) return field.isAlways ? '**required**' : 'none';
  return field.fallback === '{}' ? '' : `\`${field.fallback}\``;
}

function rowsOf(fields: Fields, path: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const key = `${path}${name}`;
    const kind = cell(kindText(field.schema));
    const row = `| \`${key}\` | ${kind} | ${fallbackText(field)} | ${cell(field.description)} |`;
    const below = inner(field.schema);
    return [row, ...(below === undefined ? [] : rowsOf(below.fields, `${key}${below.step}`))];
  });
}

/** Every key as Markdown, a table a section: the reference in docs/configuration.md. */
export function configReference(): string {
  if (ROOT.kind !== 'object') return '';
  const head = '| key | value | default | |\n|---|---|---|---|';
  const single: [string, Field][] = [];
  const sections: string[] = [];
  for (const [name, field] of Object.entries(ROOT.fields)) {
    const below = inner(field.schema);
    if (below === undefined) {
      single.push([name, field]);
      continue;
    }
    const rows = rowsOf(below.fields, `${name}${below.step}`);
    sections.push(`### \`${name}\`\n\n${field.description}\n\n${head}\n${rows.join('\n')}\n`);
  }
  const top = rowsOf(Object.fromEntries(single), '');
  return `### Top level\n\n${head}\n${top.join('\n')}\n\n${sections.join('\n')}`;
}

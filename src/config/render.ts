import { durationText, moneyText, ratioText, sizeText, timeText } from './scalars.js';
import type { LimitValue, Schema } from './schema/kinds.js';
import { SECRET_NAME } from './source-tree.js';

const MASK = '***';

/** A validated value as plain JSON: canonical text for exact kinds, secrets masked. */
export function maskedValue(value: unknown, schema: Schema): unknown {
  if (value === undefined) return undefined;
  switch (schema.kind) {
    case 'secret':
      return MASK;
    case 'money':
      return typeof value === 'bigint' ? moneyText(value) : value;
    case 'ratio':
      return typeof value === 'number' ? ratioText(value) : value;
    case 'limit': {
      const limit = value as LimitValue;
      return limit.kind === 'money' ? moneyText(limit.money) : ratioText(limit.ratio);
    }
    case 'duration':
      return typeof value === 'number' ? durationText(value) : value;
    case 'size':
      return typeof value === 'number' ? sizeText(value) : value;
    case 'time':
      return typeof value === 'bigint' ? timeText(value) : value;
    case 'text':
      return typeof value === 'string' ? maskedUrl(value) : value;
    case 'free':
      return maskedFree(value);
    case 'list':
      return (value as readonly unknown[]).map((item) => maskedValue(item, schema.item));
    case 'map':
      return members(value, () => schema.value);
    case 'object':
      return members(value, (name) => schema.fields[name]?.schema);
    case 'either':
      return maskedValue(value, formOf(value, schema));
    default:
      return value;
  }
}

function formOf(value: unknown, schema: Extract<Schema, { kind: 'either' }>): Schema {
  const form = Array.isArray(value)
    ? schema.list
    : typeof value === 'object'
      ? schema.object
      : schema.scalar;
  return form ?? { kind: 'free' };
}

function members(value: unknown, schemaOf: (name: string) => Schema | undefined): unknown {
  const result = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value as object)) {
    const schema = schemaOf(name) ?? { kind: 'free' };
    const isHidden = schema.kind === 'free' && SECRET_NAME.test(name);
    result[name] = isHidden ? MASK : maskedValue(item, schema);
  }
  return result;
}

function maskedUrl(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, `$1${MASK}@`)
    .replace(/([?&][^=&\s]*(?:key|secret|token|passw|sign|auth)[^=&\s]*=)[^&\s]+/gi, `$1${MASK}`);
}

function maskedFree(value: unknown): unknown {
  if (typeof value === 'string') return maskedUrl(value);
  if (Array.isArray(value)) return value.map(maskedFree);
  if (typeof value !== 'object' || value === null) return value;
  const result = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value)) {
    result[name] = SECRET_NAME.test(name) ? MASK : maskedFree(item);
  }
  return result;
}

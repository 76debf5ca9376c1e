import { dirname, join, normalize } from 'node:path';
import { eachLine, type SourceFile } from './source-tree.js';

/** A room may include itself and the rooms named here. Source: the style guide, section 1. */
const NATIVE_EDGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ring: ['core'],
  metrics: ['core'],
  event: ['core'],
  net: ['core', 'ring', 'metrics'],
  decode: ['core', 'event'],
  book: ['core', 'event'],
  order: ['core', 'event'],
  position: ['core', 'event'],
  risk: ['core', 'event', 'order', 'position'],
  strategy: ['core', 'event', 'book', 'order', 'position'],
  fix: ['core', 'event', 'net'],
  sim: ['core', 'event', 'book', 'order'],
  capture: ['core', 'event', 'decode'],
  // docs/decisions: the generator speaks the decoders' formats and writes captures.
  generate: ['core', 'event', 'decode', 'capture'],
  stream: [
    ...['core', 'ring', 'metrics', 'event', 'net', 'decode', 'book', 'order', 'position'],
    ...['risk', 'strategy', 'fix', 'sim', 'capture', 'generate'],
  ],
};

const SCRIPT_EDGES: Readonly<Record<string, readonly string[] | 'everything'>> = {
  domain: [],
  addon: ['domain'],
  config: ['domain'],
  telemetry: ['domain'],
  data: ['domain', 'addon', 'config', 'telemetry'],
  venues: ['domain', 'addon', 'config', 'telemetry'],
  transport: ['domain', 'addon', 'telemetry'],
  connectors: ['domain', 'addon', 'config', 'telemetry', 'transport'],
  storage: ['domain', 'addon', 'config', 'telemetry', 'transport'],
  portfolio: ['domain', 'addon'],
  risk: ['domain', 'addon', 'portfolio'],
  orders: ['domain', 'addon', 'risk'],
  strategies: ['domain'],
  engine: [
    ...['domain', 'addon', 'config', 'telemetry', 'data', 'venues', 'transport', 'connectors'],
    ...['storage', 'portfolio', 'risk', 'orders', 'strategies'],
  ],
  monitoring: ['domain', 'config', 'telemetry'],
  server: ['domain', 'config', 'telemetry'],
  cli: 'everything',
};

/** Rooms with one folder a venue or a database, which must not know each other. */
const APART = new Set(['connectors', 'storage']);

/** Includes of the native core that the table doesn't allow. */
export function nativeEdges(files: readonly SourceFile[]): string[] {
  const broken: string[] = [];
  for (const file of files) {
    const room = /^native\/([^/]+)\//.exec(file.path)?.[1];
    if (room === undefined) continue;
    const allowed = NATIVE_EDGES[room];
    if (allowed === undefined) broken.push(`${file.path}: native/${room} is no room of the house`);
    eachLine(file, (line, number) => {
      const included = /^\s*#\s*include\s+"([^"]+)"/.exec(line)?.[1];
      if (included === undefined) return;
      const target = /^native\/([^/]+)\//.exec(included)?.[1];
      if (target === undefined) {
        broken.push(`${file.path}:${number}: "${included}" is not an include from the root`);
      } else if (target !== room && allowed?.includes(target) !== true) {
        broken.push(`${file.path}:${number}: ${room} may not include ${target}`);
      }
    });
  }
  return broken;
}

/** Imports between the rooms of src/ that the table doesn't allow. */
export function scriptEdges(files: readonly SourceFile[]): string[] {
  const broken: string[] = [];
  for (const file of files) {
    const [, room, folder] = /^src\/([^/]+)\/(?:([^/]+)\/)?/.exec(file.path) ?? [];
    if (room === undefined || !file.path.endsWith('.ts')) continue;
    const allowed = SCRIPT_EDGES[room];
    if (allowed === undefined) broken.push(`${file.path}: src/${room} is no room of the house`);
    for (const specifier of relativeImports(file.text)) {
      const path = normalize(join(dirname(file.path), specifier));
      const [, target, targetFolder] = /^src\/([^/]+)\/(?:([^/]+)\/)?/.exec(path) ?? [];
      if (target === undefined) {
        if (allowed !== 'everything') broken.push(`${file.path}: ${room} may not import ${path}`);
      } else if (target === room) {
        const isApart = APART.has(room) && folder !== undefined && targetFolder !== undefined;
        if (isApart && folder !== targetFolder) {
          broken.push(`${file.path}: ${room}/${folder} may not import ${room}/${targetFolder}`);
        }
      } else if (allowed !== 'everything' && allowed?.includes(target) !== true) {
        broken.push(`${file.path}: ${room} may not import ${target}`);
      }
    }
  }
  return broken;
}

function relativeImports(text: string): string[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\s*\(|\bnew URL\()\s*['"](\.{1,2}\/[^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '');
}

/** Node-API outside bindings/. */
export function nodeApiPlaces(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => /\.(cpp|hpp)$/.test(file.path) && !file.path.startsWith('bindings/'))
    .filter((file) => /#\s*include\s*[<"](napi|node_api|js_native_api)\.h[>"]/.test(file.text))
    .map((file) => `${file.path}: only bindings/ includes Node-API`);
}

/** Loads of the native addon outside src/addon/addon.ts. */
export function addonLoaders(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => file.path.startsWith('src/') && file.path !== 'src/addon/addon.ts')
    .filter((file) => /hft\.node['"`]/.test(file.text))
    .map((file) => `${file.path}: only src/addon/addon.ts loads the addon`);
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { addonLoaders, nativeEdges, nodeApiPlaces, scriptEdges } from './edges.js';
import * as form from './form.js';
import { errorCodes, leftovers, lockFile, machineTraces, npxPrograms } from './repository.js';
import { PROJECT, readTree, type SourceFile } from './source-tree.js';

type Rule = (files: readonly SourceFile[]) => string[];

/** A rule, and a file that breaks it. */
interface House {
  readonly name: string;
  readonly rule: Rule;
  readonly planted: Readonly<Record<string, string>>;
}

const long = (lines: number) => 'const x = 1;\n'.repeat(lines);

const HOUSE: readonly House[] = [
  {
    name: 'lets a native room include only what the table allows',
    rule: nativeEdges,
    planted: { 'native/decode/x.hpp': '#include "native/book/l2/l2_book.hpp"\n' },
  },
  {
    name: 'knows every native room',
    rule: nativeEdges,
    planted: { 'native/attic/x.hpp': '#pragma once\n' },
  },
  {
    name: 'includes native headers from the root',
    rule: nativeEdges,
    planted: { 'native/core/x.hpp': '#include "units.hpp"\n' },
  },
  {
    name: 'lets a TypeScript room import only what the table allows',
    rule: scriptEdges,
    planted: { 'src/strategies/x.ts': "import { y } from '../engine/y.js';\n" },
  },
  {
    name: 'keeps connectors apart',
    rule: scriptEdges,
    planted: { 'src/connectors/kraken/x.ts': "import { y } from '../binance/y.js';\n" },
  },
  {
    name: 'sees dynamic imports',
    rule: scriptEdges,
    planted: { 'src/domain/x.ts': "const y = await import('../addon/addon.js');\n" },
  },
  {
    name: 'includes Node-API only in bindings',
    rule: nodeApiPlaces,
    planted: { 'native/core/x.cpp': '#include <napi.h>\n' },
  },
  {
    name: 'loads the addon in one place',
    rule: addonLoaders,
    planted: { 'src/engine/x.ts': "require('../../out/native/hft.node');\n" },
  },
  {
    name: 'has no file beyond the limit',
    rule: form.fileSizes,
    planted: { 'src/domain/x.ts': long(501) },
  },
  {
    name: 'has no test file beyond the limit',
    rule: form.fileSizes,
    planted: { 'test/unit/x.test.ts': long(801) },
  },
  {
    name: 'has no line beyond 100 columns',
    rule: form.lineLengths,
    planted: { 'native/core/x.hpp': `// ${'x'.repeat(98)}\n` },
  },
  {
    name: 'has no folder beyond 20 files',
    rule: form.folderSizes,
    planted: Object.fromEntries(
      Array.from({ length: 21 }, (_, i) => [`src/domain/x${i}.ts`, 'export {};\n']),
    ),
  },
  {
    name: 'gives files names that say something',
    rule: form.fileNames,
    planted: { 'src/domain/string-utils.ts': '' },
  },
  {
    name: 'has every C++ source in a room',
    rule: form.strayCpp,
    planted: { 'native/x.cpp': '' },
  },
  {
    name: 'keeps exceptions, RTTI and raw memory out of the native core',
    rule: form.nativeRules,
    planted: { 'native/core/x.cpp': 'int* y = new int[3];\n' },
  },
  {
    name: 'keeps enums, namespaces and default exports out of TypeScript',
    rule: form.scriptRules,
    planted: { 'src/domain/x.ts': 'export default 1;\n' },
  },
  {
    name: 'names no path of a machine',
    rule: machineTraces,
    planted: { 'docs/x.md': `See ${['', 'root', 'x'].join('/')}.\n` },
  },
  {
    name: 'names no registry host',
    rule: machineTraces,
    planted: { 'docs/x.md': `https://${'registry'}.npmjs.org\n` },
  },
  {
    name: 'has a lock file that works with any registry',
    rule: lockFile,
    planted: {
      'package-lock.json':
        '{"packages":{"node_modules/a":{"optionalDependencies":{"a-linux":"1.0.0"}}}}',
    },
  },
  {
    name: 'installs what its texts call with npx',
    rule: npxPrograms,
    planted: { 'docs/x.md': 'Run `npx cmake-js compile`.\n' },
  },
  {
    name: 'lists every error code and uses every listed one',
    rule: errorCodes,
    planted: {
      'src/domain/errors.ts': "export const ERROR_CODES = ['HFT_KNOWN'] as const;\n",
      'src/engine/x.ts': "f('HFT_KNOWN'); throw new HftError('HFT_NEW', 'text');\n",
    },
  },
  {
    name: 'leaves no work lying without an issue',
    rule: leftovers,
    planted: { 'src/domain/x.ts': `// ${['TO', 'DO'].join('')}: later\n` },
  },
];

describe('the house', () => {
  const project = readTree(PROJECT);

  it.each(HOUSE)('$name', ({ rule }) => {
    expect(rule(project)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  const trees: string[] = [];
  afterAll(() => {
    for (const tree of trees) rmSync(tree, { recursive: true, force: true });
  });

  it.each(HOUSE)('find a planted breach: $name', ({ rule, planted }) => {
    const tree = mkdtempSync(join(tmpdir(), 'hft-tidy-'));
    trees.push(tree);
    execFileSync('git', ['init', '-q'], { cwd: tree });
    for (const [path, text] of Object.entries(planted)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    expect(rule(readTree(tree)).length).toBeGreaterThan(0);
  });
});

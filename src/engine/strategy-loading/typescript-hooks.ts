import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from 'sucrase';

/** TypeScript that is ours to read: no installed package ships its sources to be run. */
function isTypeScript(url: string): boolean {
  return url.startsWith('file:') && /\.m?ts$/.test(url) && !url.includes('/node_modules/');
}

/** `./other.js` written in TypeScript, where only `other.ts` is there. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const parent = context.parentURL;
  if (parent !== undefined && isTypeScript(parent) && /^\.{1,2}\/.*\.js$/.test(specifier)) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), parent);
    if (existsSync(source) && !existsSync(new URL(specifier, parent))) {
      return nextResolve(source.href, context);
    }
  }
  return nextResolve(specifier, context);
};

/** Takes the types out; lines stay where they are, so that stacks point at the source. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!isTypeScript(url)) return nextLoad(url, context);
  const filePath = fileURLToPath(url);
  const text = await readFile(filePath, 'utf8');
  const { code } = transform(text, {
    transforms: ['typescript'],
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath,
  });
  return { format: 'module', source: code, shortCircuit: true };
};

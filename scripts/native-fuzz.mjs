// Fuzzes the parsers of outside bytes: every target in turn, its corpus kept under out/fuzz.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildNative } from './cmake.mjs';
import { capture, OUT, ScriptError, say } from './shell.mjs';

/** Splits `seconds` over the targets, and returns 1 where one of them crashed. */
export function fuzz({ seconds, target }) {
  const folder = join(buildNative('fuzz', ['fuzz_targets']), 'fuzz');
  const all = readdirSync(folder)
    .filter((name) => name.startsWith('fuzz_'))
    .sort();
  const chosen = target === undefined ? all : all.filter((name) => name === `fuzz_${target}`);
  if (chosen.length === 0) {
    const names = all.map((name) => name.slice('fuzz_'.length)).join(', ');
    throw new ScriptError(`no fuzz target ${target ?? ''}: there are ${names}`);
  }
  const share = Math.max(1, Math.floor(seconds / chosen.length));
  const crashed = chosen.filter((name) => !fuzzOne(join(folder, name), name.slice(5), share));
  if (crashed.length > 0) say(`crashed: ${crashed.join(', ')}`);
  return crashed.length === 0 ? 0 : 1;
}

function fuzzOne(path, name, seconds) {
  const corpus = join(OUT, 'fuzz', 'corpus', name);
  const crashes = join(OUT, 'fuzz', 'crashes', name);
  mkdirSync(corpus, { recursive: true });
  mkdirSync(crashes, { recursive: true });
  const result = capture(path, [
    corpus,
    `-max_total_time=${seconds}`,
    `-artifact_prefix=${crashes}/`,
    '-print_final_stats=1',
    '-timeout=10',
    '-rss_limit_mb=2048',
    '-max_len=8192',
  ]);
  const count = /stat::number_of_executed_units:\s+(\d+)/.exec(result.text)?.[1] ?? '?';
  say(`${name}: ${count} executions in ${seconds} s${result.ok ? '' : ', CRASHED'}`);
  if (!result.ok) process.stdout.write(`${result.text.split('\n').slice(-60).join('\n')}\n`);
  return result.ok;
}

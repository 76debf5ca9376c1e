import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimpleMarketMaker } from '../../../src/strategies/simple-market-maker.js';
import { generateMarket, learnInstruments, runSession } from '../engine/replay/recorded-session.js';
import { hasAddon } from './addon-present.js';
import { hft } from './cli-harness.js';

const PARAMETERS = { halfSpreadTicks: 1, orderLots: 1000, inventoryLotsMax: 10_000 };

describe.skipIf(!hasAddon)('hft replay and hft why', () => {
  let folder: string;
  let journal: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hft-replay-cli-'));
    journal = join(folder, 'journal');
    const capture = join(folder, 'market.txt');
    await generateMarket(capture, 3000);
    await runSession({
      capture,
      journalPath: journal,
      instruments: await learnInstruments(capture),
      strategies: [
        { strategyId: 'maker', strategy: new SimpleMarketMaker(), parameters: PARAMETERS },
      ],
    });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('proves a session, as text and as one object', async () => {
    const text = await hft(['replay', journal, '--verify']);
    expect(text).toMatchObject({ code: 0 });
    expect(text.stdout).toContain('paper: identical');
    expect(text.stdout).toContain('verdict: identical');
    const json = await hft(['replay', journal, '--verify', '--json']);
    expect(json.code).toBe(0);
    const object = JSON.parse(json.stdout) as { readonly runs: readonly object[] };
    expect(Object.keys(object)).toEqual(['ok', 'journal', 'runs']);
    expect(Object.keys(object.runs[0] ?? {})).toEqual([
      'run',
      'verdict',
      'reason',
      'mode',
      'strategies',
      'events',
      'records',
      'matched',
      'seconds',
      'eventsPerSecond',
      'difference',
      'impure',
      'failures',
    ]);
  });

  it('shows why an order was sent', async () => {
    const dump = await hft(['audit', 'dump', journal, '--json']);
    const line = dump.stdout.split('\n').find((one) => one.includes('"orderRequest"')) ?? '{}';
    const { fields } = JSON.parse(line) as { readonly fields: { readonly clOrdID: string } };
    const { code, stdout } = await hft(['why', fields.clOrdID, '--journal', journal]);
    expect(code).toBe(0);
    expect(stdout).toContain(`order    ${fields.clOrdID} (new), run 1: answered`);
    expect(stdout).toContain('ok   KILLED global');
    const json = await hft(['why', fields.clOrdID, '--journal', journal, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      clOrdID: fields.clOrdID,
      strategy: 'maker',
      risk: { refusedBy: null, reason: '' },
    });
    const missing = await hft(['why', '7', '--journal', journal]);
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain('has no order 7');
  });

  it('fails where a decision differs, and tells both', async () => {
    const path = join(journal, 'run-000001.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"orderLots": 1000', '"orderLots": 1001'));
    const { code, stdout } = await hft(['replay', journal]);
    writeFileSync(path, text);
    expect(code).toBe(3);
    expect(stdout).toMatch(/first difference \(other\) after event \d+: book/);
    expect(stdout).toMatch(/expected: orderRequest \(record \d+\).*orderQty=1000/);
    expect(stdout).toMatch(/actual: {3}orderRequest .*orderQty=1001/);
    expect(stdout).toContain('verdict: NOT identical');
  });
});

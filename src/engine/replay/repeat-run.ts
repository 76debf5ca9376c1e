import type { NativeReplayState, NativeReplayStep } from '../../addon/trading-core.js';
import type { Strategy } from '../../domain/strategy.js';
import type { StrategyLog } from '../../domain/strategy-context.js';
import type { InstrumentInfo } from '../../domain/views.js';
import { RealTimeOrderManager } from '../../orders/real-time-order-manager.js';
import { recordingPath } from '../../orders/run-files.js';
import type { RecordedCall } from '../../orders/run-recorder.js';
import { EventRing } from '../event-ring.js';
import { loadStrategyClass } from '../strategy-loading/load-strategy.js';
import { SessionClock } from '../trading/session-clock.js';
import { StrategyRunner } from '../trading/strategy-runner.js';
import { TradingSession } from '../trading/trading-session.js';
import { type ImpureCall, PurityGuard } from './purity-guard.js';
import { moduleHash, type RunManifest } from './run-manifest.js';

/** What a run is repeated with. */
interface Parts {
  readonly manager: RealTimeOrderManager;
  readonly session: TradingSession;
  readonly guard: PurityGuard;
}

/** How a run is repeated. */
export interface RepeatOptions {
  readonly journalPath: string;
  readonly manifest: RunManifest;
  /** Strategies in place of those that the manifest names, by strategyId. */
  readonly strategies?: ReadonlyMap<string, Strategy>;
  readonly log?: StrategyLog;
  readonly signal?: AbortSignal;
  /** Ends as soon as this request came, with every limit that it was held against. */
  readonly explain?: number;
  /** Called a few times a second with the events so far. */
  readonly onProgress?: (events: number) => void;
}

/** Why the repeating ended. */
export type RepeatEnd = 'end' | 'differs' | 'cut' | 'lost' | 'fault';

/** What came of repeating a run. */
export interface RepeatOutcome {
  readonly ended: RepeatEnd;
  readonly state: NativeReplayState;
  /** Lost: the number of the next event that is there. Fault: where it is. */
  readonly detail: string;
  /** Strategies whose module is another one than it was. */
  readonly changed: readonly string[];
  /** Of `explain`: as `ReplayDesk.checks` gives them. */
  readonly checks: readonly (readonly number[])[];
  /** What strategies asked that is not in the journal. */
  readonly impure: readonly ImpureCall[];
  /** Strategies that were stopped, with what. */
  readonly failures: readonly { readonly strategyId: string; readonly message: string }[];
}

const SILENT: StrategyLog = { debug() {}, info() {}, warn() {}, error() {} };
const SLOTS = 4096;
const EVENTS = 1;
const TICK = 2;
const INPUT = 3;
const ENDS: ReadonlyMap<number, RepeatEnd> = new Map<number, RepeatEnd>([
  [0, 'end'],
  [4, 'differs'],
  [5, 'cut'],
  [6, 'lost'],
  [7, 'fault'],
]);
const REPORT = 1;
const REQUEST = 4;
const BREATH_MS = 100;

/**
 * Runs the strategies of a run once more over what was recorded, and holds each of their decisions
 * against the journal. Ends at the first that differs.
 *
 * Errors: HFT_STRATEGY where a strategy can't be loaded; HFT_DATA_FILE where journal or recording
 * can't be read; the reason of `signal` where it was aborted.
 */
export async function repeatRun(options: RepeatOptions): Promise<RepeatOutcome> {
  const { journalPath, manifest } = options;
  const manager = openManager(journalPath, manifest);
  try {
    const failures: { strategyId: string; message: string }[] = [];
    // What was recovered is there for strategies as it was then.
    if (manifest.isStartedFirst) manager.start();
    const clock = new SessionClock();
    const session = new TradingSession({ manager, clock });
    const changed = await addStrategies(options, { manager, session, clock, failures });
    const guard = new PurityGuard({
      recorder: manager.recorder,
      nameOf: (strategy) => manager.names.strategies.name(strategy),
      eventNow: () => manager.replay.state().events,
    });
    if (options.explain !== undefined) manager.replay.explain(options.explain);
    if (!manifest.isStartedFirst) manager.start();
    const step = await repeat(options, { manager, session, guard });
    const ended = ENDS.get(step.step) ?? 'fault';
    const isExplained = manager.replay.checks().length > 0;
    if (ended === 'end' && !isExplained) manager.replay.end();
    const state = manager.replay.state();
    const isOther = state.difference !== undefined;
    return {
      ended: isOther ? 'differs' : ended,
      state,
      detail: detailOf(step),
      changed,
      failures,
      impure: guard.found,
      checks: manager.replay.checks(),
    };
  } finally {
    manager.close();
  }
}

function detailOf({ nextEvent, segment, offset }: NativeReplayStep): string {
  if (nextEvent !== undefined) return `the next event that is there is number ${nextEvent}`;
  return segment === undefined ? '' : `segment ${segment}, offset ${offset}`;
}

function openManager(journalPath: string, manifest: RunManifest): RealTimeOrderManager {
  const { simulated, native, symbols, setup } = manifest;
  const manager = new RealTimeOrderManager({
    journalPath,
    replaysRun: manifest.run,
    simulated: simulated ?? undefined,
    native,
  });
  try {
    for (const { venue, ...symbol } of symbols) manager.nameInstrument(symbol, venue);
    for (const call of setup) manager.replay.call(call);
    return manager;
  } catch (error) {
    manager.close();
    throw error;
  }
}

/** Makes the strategies as they were; returns those whose module has changed since. */
async function addStrategies(
  options: RepeatOptions,
  parts: {
    readonly manager: RealTimeOrderManager;
    readonly session: TradingSession;
    readonly clock: SessionClock;
    readonly failures: { strategyId: string; message: string }[];
  },
): Promise<string[]> {
  const { manifest } = options;
  const { manager, session, clock, failures } = parts;
  const changed: string[] = [];
  for (const entry of manifest.strategies) {
    const { strategyId, accountId, className, module, sha256, seed, stopsAll } = entry;
    const source = { strategyId, className, ...(module === undefined ? {} : { module }) };
    const given = options.strategies?.get(strategyId);
    const strategy = given ?? new (await loadStrategyClass(source))();
    if (module !== undefined && moduleHash(module) !== sha256) changed.push(strategyId);
    const runner = new StrategyRunner({
      strategy,
      strategyId,
      accountId,
      mode: manifest.mode,
      manager,
      instruments: manifest.instruments.filter(({ id }) => entry.instruments.includes(id)),
      clock,
      seed,
      parameters: entry.parameters,
      stopsAll,
      log: options.log ?? SILENT,
      onFailure: (id, error) => {
        failures.push({
          strategyId: id,
          message: error instanceof Error ? error.message : String(error),
        });
      },
    });
    for (const [key, value] of Object.entries(entry.state)) runner.state.set(key, value);
    session.add(runner);
  }
  return changed;
}

/** The views of a replay: instruments are known before their events. */
function openRing(manifest: RunManifest): EventRing {
  const instruments: InstrumentInfo[] = [];
  for (const instrument of manifest.instruments) instruments[instrument.id] = instrument;
  return new EventRing({
    slots: SLOTS,
    depth: manifest.depth,
    instruments,
    onInstrument: (id, { priceDecimals, qtyDecimals }) => {
      const known = instruments[id];
      if (known !== undefined) instruments[id] = { ...known, priceDecimals, qtyDecimals };
    },
    onBatch: () => {},
  });
}

async function repeat(options: RepeatOptions, parts: Parts): Promise<NativeReplayStep> {
  const { manager } = parts;
  const desk = manager.replay;
  const ring = openRing(options.manifest);
  ring.beforeEach(manager.stepper(ring.memory, ring.slots, ring.depth));
  desk.open(recordingPath(options.journalPath), ring.memory, ring.slots, ring.depth);
  for (;;) {
    const end = repeatFor(BREATH_MS, ring, parts);
    if (end !== undefined) return end;
    if (options.explain !== undefined && desk.checks().length > 0) return { step: 0 };
    options.onProgress?.(desk.state().events);
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    options.signal?.throwIfAborted();
  }
}

/** Repeats for about `spanMs`. What ended it; undefined where it goes on. */
function repeatFor(
  spanMs: number,
  ring: EventRing,
  { manager, session, guard }: Parts,
): NativeReplayStep | undefined {
  const desk = manager.replay;
  const until = performance.now() + spanMs;
  // Nothing but strategies and the engine runs meanwhile.
  guard.watch();
  try {
    do {
      const step = desk.next();
      switch (step.step) {
        case EVENTS:
          ring.drain(session, SLOTS);
          break;
        case TICK:
          session.tick((step.timeMs ?? 0) + (step.nanos ?? 0) / 1e6);
          break;
        case INPUT:
          repeatInput(step, manager, session);
          break;
        default:
          return step;
      }
    } while (performance.now() < until);
    return undefined;
  } finally {
    guard.release();
  }
}

function repeatInput(
  { input, bytes = Buffer.alloc(0) }: NativeReplayStep,
  manager: RealTimeOrderManager,
  session: TradingSession,
): void {
  if (input === REPORT) {
    manager.replay.report();
    return;
  }
  if (input === REQUEST) {
    manager.replay.request(bytes);
    return;
  }
  const call = JSON.parse(bytes.toString('utf8')) as RecordedCall;
  const [name, first, second] = call;
  const nowMs = typeof first === 'number' ? first : undefined;
  switch (name) {
    case 'session.start':
      session.start(nowMs);
      return;
    case 'session.stop':
      session.stop(nowMs);
      return;
    case 'session.stopStrategy':
      session.stopStrategy(String(first), String(second));
      return;
    default:
      manager.replay.call(call);
  }
}

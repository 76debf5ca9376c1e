import { openCapture } from '../../data/capture-files.js';
import type { WireFormat } from '../../domain/market-data.js';
import type { FaultOptions } from '../../venues/loopback/faults.js';
import type { FrameSource, SourceInstrument } from '../../venues/loopback/frame-source.js';
import { GeneratorSource } from '../../venues/loopback/generator-source.js';
import type { PlaySpeed } from '../../venues/loopback/pacer.js';
import type { LoopbackCounts } from '../../venues/loopback/server.js';
import { CaptureSource } from './capture-source.js';

/** What a loopback venue plays; plain data, so that a thread can be given it. */
export type VenueSourcePlan =
  | {
      readonly kind: 'generator';
      readonly wireFormat: WireFormat;
      readonly seed: number;
      readonly symbolCount: number;
      readonly framesPerSecond?: number;
    }
  | { readonly kind: 'capture'; readonly files: readonly string[] };

/** What a loopback venue is and how it plays; plain data. */
export interface VenuePlan {
  readonly source: VenueSourcePlan;
  readonly speed: PlaySpeed;
  readonly faults?: FaultOptions;
  readonly port?: number;
  readonly isSpinning?: boolean;
}

/** What a venue says once it listens. */
export interface VenueFacts {
  readonly port: number;
  readonly url: string;
  readonly wireFormat: WireFormat;
  readonly symbols: readonly string[];
  /** With their scales, where the source knows them. */
  readonly instruments: readonly SourceInstrument[] | undefined;
}

/** A loopback venue that runs. */
export interface RunningVenue {
  readonly facts: VenueFacts;
  /** What was sent so far, by kind. */
  counts(): Promise<LoopbackCounts>;
  /** Resolves when the source has given everything (never, for a generator). */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Makes the source of a plan. Errors: those of the capture or of the generator. */
export async function openVenueSource(plan: VenueSourcePlan): Promise<FrameSource> {
  if (plan.kind === 'capture') return CaptureSource.open(await openCapture(plan.files));
  return new GeneratorSource(plan);
}

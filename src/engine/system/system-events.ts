import type { FeedState } from '../../domain/feed-config.js';
import type { OrderSide, OrdStatus } from '../../domain/orders.js';
import type { RiskViolation } from '../../domain/risk.js';
import type { MarketDataMessage } from '../../domain/views.js';
import type { FixLinkState } from '../fix/fix-link.js';
import type { ComponentHealth } from './health.js';
import type { SystemState } from './system-state.js';

/** An order after a change, as a value that may be kept. */
export interface OrderUpdate {
  readonly clOrdID: number;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly ordStatus: OrdStatus;
  readonly quantity: number;
  readonly cumQty: number;
  readonly price: number;
  readonly timeMs: number;
}

/** An execution, as a value that may be kept. */
export interface OrderFill {
  readonly clOrdID: number;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  readonly quantity: number;
  readonly price: number;
  readonly isMaker: boolean;
  /** In the fee's currency; negative is a rebate. */
  readonly fee: number;
  readonly timeMs: number;
}

/** An order that didn't come to work. */
export interface OrderRejection {
  /** 0 where none was given. */
  readonly clOrdID: number;
  readonly strategyId: string;
  readonly symbol: string;
  readonly side: OrderSide;
  /** `risk`: refused here, before it left; `venue`: by the exchange. */
  readonly by: 'risk' | 'venue';
  readonly reason: string;
  readonly timeMs: number;
}

/** A strategy that was stopped because it threw, or held the loop up for too long. */
export interface StrategyFailure {
  readonly strategyId: string;
  readonly kind: 'error' | 'stall';
  readonly message: string;
}

/**
 * What a RealTimeTradingSystem tells, by event. Payloads are values: they may be kept.
 *
 * `marketData` copies each market event: listen where a copy an event is no matter.
 */
export interface SystemEvents {
  marketData: MarketDataMessage;
  orderUpdated: OrderUpdate;
  orderFilled: OrderFill;
  orderRejected: OrderRejection;
  /** A refusal by risk, or a limit that was broken. */
  riskViolation: RiskViolation;
  /** An accepted order reached the warning threshold of a limit. */
  riskWarning: RiskViolation;
  feedState: { readonly feed: string; readonly state: FeedState };
  /** A feed met an error and goes on by itself. */
  feedError: { readonly feed: string; readonly error: Error };
  /** The session of a broker has changed. */
  brokerState: { readonly broker: string; readonly state: FixLinkState };
  /** A broker could not be asked, or understood; its session goes on by itself. */
  brokerProblem: { readonly broker: string; readonly what: string };
  strategyFailed: StrategyFailure;
  healthChanged: ComponentHealth;
  stateChanged: SystemState;
  systemStarted: { readonly timeMs: number };
  systemStopped: { readonly timeMs: number; readonly workingOrders: number };
  /** Something that ends the run: `state` is `failed` from here on. */
  systemError: Error;
}

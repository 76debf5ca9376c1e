import { loadAddon } from '../addon/addon.js';
import {
  MATCH_MEMORY_BYTES,
  MatchWords,
  type NativeMatchingCalls,
  type NativeMatchingEngine,
} from '../addon/matching-engine.js';
import { HftError } from '../domain/errors.js';
import { OrderType, TimeInForce } from '../domain/orders.js';
import type { PriceLevel } from '../domain/views.js';
import type { Side } from '../domain/vocabulary.js';

const TIME_MAX = 2n ** 63n - 1n;

/** Which of two orders of one owner gives way. */
export const SelfTradePrevention = {
  None: 0,
  CancelNewest: 1,
  CancelOldest: 2,
  CancelBoth: 3,
  Decrement: 4,
} as const;
export type SelfTradePrevention = (typeof SelfTradePrevention)[keyof typeof SelfTradePrevention];

/** When orders meet. Leaving an auction for Continuous or Closed trades it out. */
export const TradingPhase = {
  Closed: 0,
  OpeningAuction: 1,
  Continuous: 2,
  ClosingAuction: 3,
  Halted: 4,
} as const;
export type TradingPhase = (typeof TradingPhase)[keyof typeof TradingPhase];

/** The price that conditional orders watch. */
export const TriggerBy = { LastTrade: 0, BestBid: 1, BestAsk: 2, Quote: 3 } as const;
export type TriggerBy = (typeof TriggerBy)[keyof typeof TriggerBy];

const MATCH_KINDS = [
  ...['none', 'accepted', 'rejected', 'trade', 'canceled', 'cancelRejected', 'replaced'],
  ...['replaceRejected', 'triggered', 'expired', 'decremented', 'phaseChanged', 'uncrossed'],
] as const;

const REASONS = [
  ...['none', 'brokerOption', 'unknownSymbol', 'exchangeClosed', 'orderExceedsLimit'],
  ...['tooLateToEnter', 'unknownOrder', 'duplicateOrder', 'unsupportedOrder'],
  ...['wouldTakeLiquidity', 'reduceOnlyIncrease', 'selfTrade', 'priceBand', 'minimumQty'],
  ...['invalidPrice', 'invalidQty', 'capacity', 'riskRefused', 'expired', 'killed'],
] as const;

/** An order for the matching engine: prices in ticks, quantities in lots. */
export interface MatchOrder {
  /** A positive whole number, unique among live orders. */
  readonly id: number;
  readonly side: Side;
  readonly qty: number;
  /** Limit if absent. */
  readonly ordType?: OrderType;
  /** GoodTillCancel if absent. */
  readonly timeInForce?: TimeInForce;
  readonly price?: number;
  readonly stopPx?: number;
  readonly trailOffset?: number;
  readonly limitOffset?: number;
  readonly displayQty?: number;
  readonly minQty?: number;
  /** GoodTillDate: compared with the time given to `advance`; a bigint is exact beyond 2^53. */
  readonly expireTime?: number | bigint;
  /** Whose it is, for self-trade prevention and reduce-only; 0 if absent: nobody's. */
  readonly owner?: number;
  readonly selfTrade?: SelfTradePrevention;
  readonly isPostOnly?: boolean;
  readonly isReduceOnly?: boolean;
  readonly isHidden?: boolean;
  readonly isAllOrNone?: boolean;
}

/** What an order becomes: a new total quantity, and price or trigger where they change. */
export interface MatchReplacement {
  readonly qty: number;
  readonly price?: number;
  readonly stopPx?: number;
  /** The order's id from here on; unchanged if absent. */
  readonly newId?: number;
}

/** One event of the matching engine. */
export interface MatchEvent {
  readonly kind: (typeof MATCH_KINDS)[number];
  readonly reason: (typeof REASONS)[number];
  /** Of `order`; 0 where the event is about no order. */
  readonly side: number;
  /** The order meant; of a trade the taker, in an auction the buyer. */
  readonly order: number;
  /** Trade: the maker. Replaced: the replaced id. */
  readonly other: number;
  readonly qty: number;
  /** Ticks. An auction that traded nothing has none: -Infinity. */
  readonly price: number;
  readonly leaves: number;
  readonly otherLeaves: number;
  readonly owner: number;
  readonly otherOwner: number;
}

/** Limits and rules of a MatchingEngine. */
export interface MatchingEngineOptions {
  /** Live orders; more are refused with reason `capacity`. 65,536 if absent. */
  readonly ordersMax?: number;
  /** Pages of 64 ticks a side that hold orders at once. 1,024 if absent. */
  readonly pagesMax?: number;
  /** Owners whose position is followed, for reduce-only. 1,024 if absent. */
  readonly ownersMax?: number;
  readonly triggerBy?: TriggerBy;
}

/**
 * A matching engine for one instrument: price-time priority, every order type, auctions, halts and
 * price bands, in native memory. native/sim/matching_engine.hpp states the rules where venues
 * differ.
 *
 * Every command returns what happened, in order. Deterministic: it reads no clock.
 */
export class MatchingEngine {
  readonly #native: NativeMatchingEngine;
  readonly #calls: NativeMatchingCalls;
  readonly #numbers: Float64Array;
  readonly #times: BigInt64Array;

  constructor(options: MatchingEngineOptions = {}) {
    const memory = new ArrayBuffer(MATCH_MEMORY_BYTES);
    this.#numbers = new Float64Array(memory);
    this.#times = new BigInt64Array(memory);
    this.#native = new (loadAddon().NativeMatchingEngine)(options, new Uint8Array(memory));
    this.#calls = this.#native.calls();
  }

  /** Enters an order. Throws HFT_ARGUMENT when its id is that of a live order. */
  submit(order: MatchOrder): MatchEvent[] {
    const numbers = this.#numbers;
    numbers[0] = order.id;
    numbers[1] = 0;
    numbers[2] = order.owner ?? 0;
    numbers[3] = order.side;
    numbers[4] = order.ordType ?? OrderType.LIMIT;
    numbers[5] = order.timeInForce ?? TimeInForce.GTC;
    numbers[6] = order.selfTrade ?? 0;
    numbers[7] =
      (order.isPostOnly === true ? 1 : 0) +
      (order.isReduceOnly === true ? 2 : 0) +
      (order.isHidden === true ? 4 : 0) +
      (order.isAllOrNone === true ? 8 : 0);
    numbers[8] = order.qty;
    numbers[9] = order.price ?? 0;
    numbers[10] = order.stopPx ?? 0;
    numbers[11] = order.trailOffset ?? 0;
    numbers[12] = order.limitOffset ?? 0;
    numbers[13] = order.displayQty ?? 0;
    numbers[14] = order.minQty ?? 0;
    this.#setTime('expireTime', order.expireTime);
    this.#calls.submit();
    return this.#takeEvents();
  }

  /** Cancels a live order; an unknown one is answered by `cancelRejected`. */
  cancel(id: number): MatchEvent[] {
    this.#numbers[1] = id;
    this.#calls.cancel();
    return this.#takeEvents();
  }

  /** Changes a live order; priority is kept when only the quantity falls. */
  replace(id: number, replacement: MatchReplacement): MatchEvent[] {
    if (replacement.price === undefined && replacement.stopPx === undefined) {
      throw new HftError('HFT_ARGUMENT', 'a replacement must name price or stopPx');
    }
    const numbers = this.#numbers;
    numbers.fill(0, 0, MatchWords.time + 1);
    numbers[0] = replacement.newId ?? id;
    numbers[1] = id;
    numbers[8] = replacement.qty;
    numbers[9] = replacement.price ?? 0;
    numbers[10] = replacement.stopPx ?? 0;
    this.#calls.replace();
    return this.#takeEvents();
  }

  /** Changes the trading phase; a fresh engine trades continuously. */
  setPhase(phase: TradingPhase): MatchEvent[] {
    this.#native.setPhase(phase);
    return this.#takeEvents();
  }

  /** Sets the allowed prices in ticks, and cancels orders outside; without one, lifts the band. */
  setPriceBand(band?: { readonly low: number; readonly high: number }): MatchEvent[] {
    if (band === undefined) {
      this.#native.setPriceBand();
    } else {
      this.#native.setPriceBand(band.low, band.high);
    }
    return this.#takeEvents();
  }

  /** Tells an owner's position in lots to the reduce-only rule; fills are added from here on. */
  setPosition(owner: number, position: number): void {
    this.#native.setPosition(owner, position);
  }

  /** Sets the time, in the unit of `expireTime`, and expires what is good till then. */
  advance(now: number | bigint): MatchEvent[] {
    this.#setTime('now', now);
    this.#calls.advance();
    return this.#takeEvents();
  }

  /** At most `levels` (up to 1,000) displayed levels of a side, best first: [ticks, lots]. */
  depth(side: Side, levels: number): PriceLevel[] {
    return this.#native.depth(side, levels);
  }

  /** How many orders live, conditional ones included. */
  orderCount(): number {
    return this.#native.orderCount();
  }

  #setTime(name: string, time: number | bigint | undefined): void {
    if (time === undefined || time === 0) {
      this.#numbers[MatchWords.time] = 0;
      return;
    }
    const isTime =
      typeof time === 'bigint' ? time >= 0n && time <= TIME_MAX : Number.isSafeInteger(time);
    if (!isTime || time < 0) {
      throw new HftError('HFT_ARGUMENT', `${name} must be a whole time from 0 on, not ${time}`);
    }
    this.#times[MatchWords.time] = BigInt(time);
  }

  #takeEvents(): MatchEvent[] {
    const result: MatchEvent[] = [];
    for (;;) {
      const count = this.#numbers[MatchWords.count] ?? 0;
      for (let i = 0; i < count; i += 1) {
        result.push(this.#event(MatchWords.events + i * MatchWords.eventNumbers));
      }
      if (this.#numbers[MatchWords.waiting] === 0) return result;
      this.#calls.drain();
    }
  }

  #event(at: number): MatchEvent {
    const number = (index: number): number => this.#numbers[at + index] ?? 0;
    const price = number(7);
    return {
      kind: MATCH_KINDS[number(0)] ?? 'none',
      reason: REASONS[number(1)] ?? 'none',
      side: number(2),
      order: number(4),
      other: number(5),
      qty: number(6),
      price: price < -Number.MAX_SAFE_INTEGER ? Number.NEGATIVE_INFINITY : price,
      leaves: number(8),
      otherLeaves: number(9),
      owner: number(10),
      otherOwner: number(11),
    };
  }
}

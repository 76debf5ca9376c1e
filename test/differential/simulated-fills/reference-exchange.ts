/** What is known of the market and of our requests, in the order in which it happened. */
export type Side = 1 | 2;
export type Level = readonly [ticks: number, lots: number];

export interface ReferenceFill {
  readonly time: bigint;
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly isMaker: boolean;
}

export interface ReferenceRequest {
  readonly kind: 'new' | 'replace' | 'cancel';
  readonly id: number;
  readonly side: Side;
  readonly lots: number;
  readonly ticks: number;
  readonly type: 'post' | 'rest' | 'ioc' | 'fok';
}

interface Order {
  readonly id: number;
  readonly side: Side;
  readonly type: ReferenceRequest['type'];
  ticks: number;
  leaves: number;
  executed: number;
  arrival: number;
  /** Lots before it, and lots traded since its level was last told. */
  ahead: number;
  traded: number;
}

/** The share of a decrease that was behind an order with `front` lots before and `back` behind. */
export type Behind = (front: number, back: number) => number;

/**
 * The simulated exchange of one instrument in recorded data, written from
 * `docs/simulated-exchange.md`: plain, slow, in floating point.
 */
export class ReferenceExchange {
  readonly fills: ReferenceFill[] = [];
  readonly levels = { 1: new Map<number, number>(), 2: new Map<number, number>() };
  readonly #taken = { 1: new Map<number, number>(), 2: new Map<number, number>() };
  readonly #orders = new Map<number, Order>();
  /** 'exact': single orders say who is before whom. */
  readonly #behind: Behind | 'exact';
  readonly #depth: number;
  #arrivals = 0;
  #time = 0n;

  constructor(behind: Behind | 'exact', depth: number) {
    this.#behind = behind;
    this.#depth = depth;
  }

  set time(time: bigint) {
    this.#time = time;
  }

  nextArrival(): number {
    this.#arrivals += 1;
    return this.#arrivals;
  }

  // The market by levels.

  lose(): void {
    for (const side of [1, 2] as const) {
      this.levels[side].clear();
      this.#taken[side].clear();
    }
  }

  book(bids: readonly Level[], asks: readonly Level[]): void {
    const removals: [Side, number][] = [];
    const changes: [Side, Level][] = [];
    for (const [side, shown] of [
      [1, bids],
      [2, asks],
    ] as const) {
      const map = this.levels[side];
      const worst = shown.at(-1)?.[0];
      const isWhole = shown.length < this.#depth || worst === undefined;
      for (const ticks of sorted(side, map.keys())) {
        const isShown = isWhole || !isBetter(side, worst, ticks);
        if (isShown && !shown.some(([other]) => other === ticks)) removals.push([side, ticks]);
      }
      for (const level of shown) if (map.get(level[0]) !== level[1]) changes.push([side, level]);
    }
    for (const [side, ticks] of removals) this.setLevel(side, ticks, 0);
    for (const [side, [ticks, lots]] of changes) this.setLevel(side, ticks, lots);
  }

  setLevel(side: Side, ticks: number, lots: number): void {
    const before = this.levels[side].get(ticks) ?? 0;
    if (lots === 0) this.levels[side].delete(ticks);
    else this.levels[side].set(ticks, lots);
    this.#taken[side].delete(ticks);
    if (this.#behind !== 'exact') {
      for (const order of this.#resting(side)) {
        if (order.ticks === ticks) resize(order, this.#behind, before, lots);
      }
    }
    // What comes through the price of our order trades with it there.
    let left = lots - before;
    for (const order of this.#resting(opposite(side))) {
      if (left <= 0 || isBetter(order.side, ticks, order.ticks)) break;
      const lots = Math.min(left, order.leaves);
      this.#fill(order, lots, order.ticks, true);
      left -= lots;
      add(this.#taken[side], ticks, lots);
    }
  }

  trade(aggressor: 0 | Side, ticks: number, lots: number): void {
    const [bid, ask] = [Math.max(...this.levels[1].keys()), Math.min(...this.levels[2].keys())];
    const quoted = ticks >= ask ? 2 : ticks <= bid ? 1 : undefined;
    const hit = aggressor === 0 ? quoted : opposite(aggressor);
    if (hit === undefined) return;
    let left = lots;
    for (const order of this.#resting(hit)) {
      if (left === 0 || isBetter(hit, ticks, order.ticks)) break;
      let reached = left;
      if (order.ticks === ticks) {
        if (this.#behind === 'exact') continue;
        order.ahead -= left;
        order.traded += left;
        reached = Math.max(0, Math.floor(-order.ahead + 1e-7));
        order.ahead += reached;
      }
      const filled = Math.min(reached, left, order.leaves);
      if (filled > 0) this.#fill(order, filled, order.ticks, true);
      left -= filled;
    }
  }

  /** A recorded order that came at `arrival` traded. */
  executed(side: Side, ticks: number, lots: number, arrival: number): void {
    let left = lots;
    for (const order of this.#resting(side)) {
      if (left === 0 || isBetter(side, ticks, order.ticks)) break;
      if (order.ticks === ticks && order.arrival > arrival) continue;
      const filled = Math.min(left, order.leaves);
      this.#fill(order, filled, order.ticks, true);
      left -= filled;
    }
  }

  // Ours.

  request(request: ReferenceRequest): void {
    if (request.kind === 'cancel') {
      this.#orders.delete(request.id);
    } else if (request.kind === 'replace') {
      this.#replace(request);
    } else {
      const { id, side, ticks, type } = request;
      if (type === 'post' && this.#crosses(side, ticks)) return;
      const rest = { ticks, leaves: request.lots, executed: 0, ahead: 0, traded: 0 };
      this.#enter({ id, side, type, ...rest, arrival: this.nextArrival() });
    }
  }

  #replace({ id, lots, ticks }: ReferenceRequest): void {
    const order = this.#orders.get(id);
    if (order === undefined) return;
    const leaves = lots - order.executed;
    if (leaves <= 0) return;
    const keepsPlace = ticks === order.ticks && leaves <= order.leaves;
    if (!keepsPlace && order.type === 'post' && this.#crosses(order.side, ticks)) return;
    order.leaves = leaves;
    if (keepsPlace) return;
    this.#orders.delete(id);
    order.ticks = ticks;
    order.arrival = this.nextArrival();
    this.#enter(order);
  }

  #enter(order: Order): void {
    const { side } = order;
    if (order.type === 'fok') {
      let free = 0;
      for (const [, lots] of this.#reachable(order)) free += lots;
      if (free < order.leaves) return;
    }
    this.#sweep(order);
    if (order.leaves === 0 || order.type === 'ioc' || order.type === 'fok') return;
    order.ahead = this.levels[side].get(order.ticks) ?? 0;
    order.traded = 0;
    this.#orders.set(order.id, order);
  }

  #sweep(order: Order): void {
    const other = opposite(order.side);
    const levels = this.#reachable(order);
    const own = this.#resting(other).filter(({ ticks }) => !isBetter(other, order.ticks, ticks));
    while (order.leaves > 0) {
      const [level, mine] = [levels[0], own[0]];
      if (mine !== undefined && (level === undefined || isBetter(other, mine.ticks, level[0]))) {
        own.shift();
        const lots = Math.min(order.leaves, mine.leaves);
        this.#fill(order, lots, mine.ticks, false);
        this.#fill(mine, lots, mine.ticks, true);
      } else if (level === undefined) {
        break;
      } else {
        levels.shift();
        const lots = Math.min(order.leaves, level[1]);
        if (lots === 0) continue;
        this.#fill(order, lots, level[0], false);
        add(this.#taken[other], level[0], lots);
      }
    }
  }

  /** The levels within the limit of an order, with what we have not taken yet. */
  #reachable(order: Order): [number, number][] {
    const other = opposite(order.side);
    return sorted(other, this.levels[other].keys())
      .filter((ticks) => !isBetter(other, order.ticks, ticks))
      .map((ticks) => [
        ticks,
        Math.max(0, (this.levels[other].get(ticks) ?? 0) - (this.#taken[other].get(ticks) ?? 0)),
      ]);
  }

  #crosses(side: Side, limit: number): boolean {
    const other = opposite(side);
    const prices = [...this.levels[other].keys(), ...this.#resting(other).map((own) => own.ticks)];
    return prices.some((ticks) => !isBetter(other, limit, ticks));
  }

  /** Our orders of a side, best price first, then by time. */
  #resting(side: Side): Order[] {
    return [...this.#orders.values()]
      .filter((order) => order.side === side)
      .sort(
        (a, b) => (side === 1 ? b.ticks - a.ticks : a.ticks - b.ticks) || a.arrival - b.arrival,
      );
  }

  #fill(order: Order, lots: number, ticks: number, isMaker: boolean): void {
    order.leaves -= lots;
    order.executed += lots;
    if (order.leaves === 0) this.#orders.delete(order.id);
    this.fills.push({ time: this.#time, side: order.side, ticks, lots, isMaker });
  }
}

/** A level went from `before` to `after` lots: what of it was before the order. */
function resize(order: Order, behind: Behind, before: number, after: number): void {
  const gone = before - after - order.traded;
  order.traded = 0;
  if (gone > 0 && order.ahead > 0) {
    const back = Math.max(0, before - order.ahead);
    const fromBack = gone * behind(order.ahead, back);
    order.ahead -= gone - fromBack + Math.max(0, fromBack - back);
    order.ahead = Math.max(0, order.ahead);
  }
  order.ahead = Math.min(order.ahead, after);
}

export function opposite(side: Side): Side {
  return side === 1 ? 2 : 1;
}

/** Whether `a` is a better price than `b` for who rests on `side`. */
function isBetter(side: Side, a: number, b: number): boolean {
  return side === 1 ? a > b : a < b;
}

function sorted(side: Side, ticks: Iterable<number>): number[] {
  return [...ticks].sort((a, b) => (side === 1 ? b - a : a - b));
}

function add(map: Map<number, number>, key: number, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}

/** How a part of the system does. */
export const HEALTH_LEVELS = ['ok', 'degraded', 'failed'] as const;
export type HealthLevel = (typeof HEALTH_LEVELS)[number];

/** The health of one part. */
export interface ComponentHealth {
  readonly kind:
    | 'feed'
    | 'broker'
    | 'book'
    | 'journal'
    | 'orders'
    | 'risk'
    | 'strategy'
    | 'kill-switch';
  /** Of the feed, broker, symbol or strategy; the kind itself where there is only one. */
  readonly name: string;
  readonly level: HealthLevel;
  /** A few words on why. */
  readonly detail: string;
}

/** The health of the whole: as bad as its worst part. */
export interface SystemHealth {
  readonly level: HealthLevel;
  readonly components: readonly ComponentHealth[];
}

/** The worst level of `components`; `ok` of none. */
export function worstOf(components: readonly ComponentHealth[]): HealthLevel {
  let worst = 0;
  for (const { level } of components) worst = Math.max(worst, HEALTH_LEVELS.indexOf(level));
  return HEALTH_LEVELS[worst] ?? 'failed';
}

/** Tells which components differ in their level from when it was asked last. */
export class HealthWatch {
  readonly #levels = new Map<string, HealthLevel>();

  changes(components: readonly ComponentHealth[]): ComponentHealth[] {
    return components.filter(({ kind, name, level }) => {
      const key = `${kind} ${name}`;
      const before = this.#levels.get(key);
      this.#levels.set(key, level);
      return before !== level && !(before === undefined && level === 'ok');
    });
  }
}

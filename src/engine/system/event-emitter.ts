/** Removes the listener that it was returned for. */
export type Unsubscribe = () => void;

/** Listeners by event, typed by the map of events to what they carry. */
export class EventEmitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, ((payload: never) => void)[]>();
  readonly #onError: (event: keyof Events, error: unknown) => void;

  /** `onError` gets what listeners throw: it reaches neither other listeners nor the emitter. */
  constructor(onError: (event: keyof Events, error: unknown) => void) {
    this.#onError = onError;
  }

  /** Adds a listener; it is called synchronously, after those that were added before it. */
  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): Unsubscribe {
    // A new list: one that is being emitted stays as it is.
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
    return () => this.#remove(event, listener);
  }

  /** As `on`, for the next event alone. */
  once<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): Unsubscribe {
    const remove = this.on(event, (payload) => {
      remove();
      listener(payload);
    });
    return remove;
  }

  /** Whether anybody listens: what is costly to make needs a reader. */
  has(event: keyof Events): boolean {
    return (this.#listeners.get(event)?.length ?? 0) > 0;
  }

  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      try {
        (listener as (payload: Events[E]) => void)(payload);
      } catch (error) {
        this.#onError(event, error);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }

  #remove(event: keyof Events, listener: unknown): void {
    const left = (this.#listeners.get(event) ?? []).filter((known) => known !== listener);
    this.#listeners.set(event, left);
  }
}

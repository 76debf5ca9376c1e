import { MessageHandler } from './message-handler.js';

/**
 * A trading strategy. The same class runs on recorded, generated and live data.
 *
 * Market data arrives through the methods of MessageHandler; `onStart` comes before the first
 * event and `onStop` after the last.
 */
export class Strategy extends MessageHandler {
  /** A name for people; the class's own by default. */
  get name(): string {
    return this.constructor.name;
  }
  /** The stream is about to start. */
  onStart(): void {}
  /** The stream has ended. */
  onStop(): void {}
}

import type { StrategyClock, StrategyLog } from '../../domain/strategy-context.js';
import { createLogger, type LoggerOptions } from '../../telemetry/log.js';

/** Bytes of a log that are kept; later lines are only counted. */
const LOG_BYTES_MAX = 16 << 20;

/** What strategies logged, in the market's time: a JSON object a line. */
export class BacktestLog {
  readonly #level: LoggerOptions['level'];
  readonly #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(level: NonNullable<LoggerOptions['level']>) {
    this.#level = level;
  }

  open(strategyId: string, clock: StrategyClock): StrategyLog {
    return createLogger({
      level: this.#level ?? 'info',
      now: () => clock.nowMs,
      fields: { strategyId },
      write: (line) => this.#take(line),
    });
  }

  /** The lines so far; empty without any. */
  text(): string {
    const note = JSON.stringify({ level: 'warn', message: 'lines left out', count: this.#dropped });
    return this.#lines.join('') + (this.#dropped > 0 ? `${note}\n` : '');
  }

  #take(line: string): void {
    if (this.#bytes + line.length > LOG_BYTES_MAX) {
      this.#dropped += 1;
      return;
    }
    this.#bytes += line.length;
    this.#lines.push(line);
  }
}

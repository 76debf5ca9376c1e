/** Where a value of the configuration comes from. */
export interface SourcePosition {
  /** The file's name, or an environment variable's. */
  readonly source: string;
  /** From 1; 0 where the source is no file. */
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly position: SourcePosition;
  /** `data_feeds.binance.type`; empty for the document itself. */
  readonly key: string;
  readonly expected: string;
  /** What is there instead; never the value of a secret. */
  readonly found: string;
  /** The known word that was probably meant. */
  readonly nearest?: string;
}

/** `file:line:column`, or the environment variable's name. */
export function positionText(position: SourcePosition): string {
  const { source, line, column } = position;
  return line === 0 ? source : `${source}:${line}:${column}`;
}

/** `file:line:column key: expected X, found Y; did you mean Z?` */
export function problemText(problem: ConfigProblem): string {
  const { position, key, expected, found, nearest } = problem;
  const name = key === '' ? '' : ` ${key}`;
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
  return `${positionText(position)}${name}: expected ${expected}, found ${found}${hint}`;
}

/** All problems, in the order of the file, a line each. */
export function problemsText(problems: readonly ConfigProblem[]): string {
  return problems.map(problemText).join('\n');
}

/** Text for a problem: short, on one line, without control characters or URL credentials. */
export function quote(text: string): string {
  const plain = text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, '$1***@');
  const short = plain.length > 60 ? `${plain.slice(0, 57)}...` : plain;
  return JSON.stringify(short);
}

/**
 * A key for a problem, cut where it is no key any more: in `api_key:secret`, which lacks a space,
 * the rest is a value.
 */
export function quoteKey(name: string): string {
  const [plain = ''] = /^[A-Za-z0-9_.-]{0,60}/.exec(name) ?? [];
  return plain === name ? plain : `${plain}…`;
}

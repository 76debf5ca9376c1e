import { WebSocket } from 'ws';

/** A client of a loopback server that keeps what it got. */
export interface TestClient {
  readonly socket: WebSocket;
  readonly messages: string[];
  readonly isBinary: boolean[];
  /** Resolves when `isEnough` holds of the messages. */
  until(isEnough: (messages: readonly string[]) => boolean): Promise<string[]>;
  /** Resolves with the code when the connection has ended. */
  readonly closed: Promise<number>;
  send(message: object): void;
}

/** Connects to `url`. */
export async function connect(url: string): Promise<TestClient> {
  const socket = new WebSocket(url);
  const messages: string[] = [];
  const isBinary: boolean[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer, binary: boolean) => {
    messages.push(data.toString('latin1'));
    isBinary.push(binary);
    for (const check of waiting) check();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => resolve(code));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    socket,
    messages,
    isBinary,
    closed,
    until: (isEnough) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!isEnough(messages)) return;
          waiting.delete(check);
          resolve([...messages]);
        };
        waiting.add(check);
        check();
      }),
    send: (message) => socket.send(JSON.stringify(message)),
  };
}

/** The numbers `n` of Binance test frames, in the order of arrival. */
export function numbersOf(messages: readonly string[]): number[] {
  return messages
    .map((text) => /"n":(\d+)/.exec(text)?.[1])
    .filter((text) => text !== undefined)
    .map(Number);
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FrameSource, SnapshotRequest } from './frame-source.js';

/** An answer of the venue's REST side. */
export interface RestAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  readonly isSnapshot: boolean;
}

/** Levels that USD-M futures accept. Source: GET /fapi/v1/depth. */
const FUTURES_LIMITS = [5, 10, 20, 50, 100, 500, 1000];
const SPOT_LIMIT_MAX = 5000;
const LIMIT_DEFAULT = { spot: 100, futures: 500 } as const;

/** The answer of the venue to a GET of `url`. */
export function answerRest(source: FrameSource, url: URL): RestAnswer {
  const binance = /^\/(api\/v3|fapi\/v1|dapi\/v1)\/(depth|ping|time)$/.exec(url.pathname);
  if (binance !== null) return answerBinance(source, url, binance[2] ?? '', binance[1] ?? '');
  const product = /^\/products\/([^/]+)\/book$/.exec(url.pathname)?.[1];
  if (product !== undefined) return answerCoinbase(source, decodeURIComponent(product), url);
  return json(404, { message: `no such path ${url.pathname}` });
}

/** Sends `answer`. */
export function sendRest(
  request: IncomingMessage,
  response: ServerResponse,
  answer: RestAnswer,
): void {
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'content-length': answer.body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

/** The answer to a request that is not a GET. */
export function refuseMethod(): RestAnswer {
  return json(405, { message: 'only GET is answered here' });
}

function answerBinance(source: FrameSource, url: URL, what: string, api: string): RestAnswer {
  if (what === 'ping') return json(200, {});
  if (what === 'time') return json(200, { serverTime: Date.now() });
  const symbol = url.searchParams.get('symbol') ?? '';
  if (symbol === '') {
    return json(400, { code: -1102, msg: "Mandatory parameter 'symbol' was not sent." });
  }
  const isSpot = api === 'api/v3';
  const text = url.searchParams.get('limit');
  const limit = text === null ? LIMIT_DEFAULT[isSpot ? 'spot' : 'futures'] : Number(text);
  const isValid = isSpot ? Number.isInteger(limit) && limit >= 1 : FUTURES_LIMITS.includes(limit);
  if (!isValid) return json(400, { code: -4021, msg: `${text} is not valid depth limit.` });
  const levels = isSpot ? Math.min(limit, SPOT_LIMIT_MAX) : limit;
  return snapshot(
    source,
    { symbol, levels, isL3: false },
    { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } },
  );
}

function answerCoinbase(source: FrameSource, symbol: string, url: URL): RestAnswer {
  const level = url.searchParams.get('level') ?? '1';
  if (!['1', '2', '3'].includes(level)) return json(400, { message: 'Invalid level' });
  const request = { symbol, levels: level === '1' ? 1 : 0, isL3: level === '3' };
  return snapshot(source, request, { status: 404, body: { message: 'NotFound' } });
}

function snapshot(
  source: FrameSource,
  request: SnapshotRequest,
  missing: { readonly status: number; readonly body: object },
): RestAnswer {
  const body = source.restSnapshot(request);
  if (body === undefined) return json(missing.status, missing.body);
  return { status: 200, body, isSnapshot: true };
}

function json(status: number, value: object): RestAnswer {
  return { status, body: Buffer.from(JSON.stringify(value)), isSnapshot: false };
}

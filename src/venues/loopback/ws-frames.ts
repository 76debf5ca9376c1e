/** WebSocket opcodes that a server sends. Source: RFC 6455, 5.2. */
export const Opcode = { Text: 1, Binary: 2 } as const;
export type Opcode = (typeof Opcode)[keyof typeof Opcode];

/** The longest header of an unmasked frame. */
export const FRAME_HEADER_BYTES_MAX = 10;

/** One frame inside a buffer of frames that follow each other. */
export interface FramePlace {
  /** Where the header begins. */
  readonly start: number;
  readonly payloadStart: number;
  /** Where the next frame begins. */
  readonly end: number;
  readonly opcode: number;
}

/** Writes the header of an unmasked, unfragmented frame at `at`; returns where the payload goes. */
export function writeFrameHeader(
  target: Uint8Array,
  at: number,
  frame: { readonly opcode: Opcode; readonly payloadBytes: number },
): number {
  const { opcode, payloadBytes } = frame;
  target[at] = 0x80 | opcode;
  if (payloadBytes < 126) {
    target[at + 1] = payloadBytes;
    return at + 2;
  }
  if (payloadBytes < 65_536) {
    target[at + 1] = 126;
    target[at + 2] = payloadBytes >>> 8;
    target[at + 3] = payloadBytes & 0xff;
    return at + 4;
  }
  target[at + 1] = 127;
  for (let byte = 0; byte < 8; byte += 1) {
    target[at + 2 + byte] = byte < 4 ? 0 : (payloadBytes >>> (8 * (7 - byte))) & 0xff;
  }
  return at + FRAME_HEADER_BYTES_MAX;
}

/** The bytes that the header of a frame takes. */
export function frameHeaderBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : FRAME_HEADER_BYTES_MAX;
}

/** A frame of its own. */
export function encodeFrame(payload: Uint8Array, opcode: Opcode): Buffer {
  const header = frameHeaderBytes(payload.length);
  const frame = Buffer.allocUnsafe(header + payload.length);
  writeFrameHeader(frame, 0, { opcode, payloadBytes: payload.length });
  frame.set(payload, header);
  return frame;
}

/** The frames of a buffer that holds whole frames only. */
export function* framesOf(buffer: Uint8Array): Generator<FramePlace> {
  let start = 0;
  while (start + 2 <= buffer.length) {
    const opcode = (buffer[start] ?? 0) & 0x0f;
    const short = (buffer[start + 1] ?? 0) & 0x7f;
    let payloadStart = start + 2;
    let size = short;
    if (short === 126) {
      size = ((buffer[start + 2] ?? 0) << 8) | (buffer[start + 3] ?? 0);
      payloadStart = start + 4;
    } else if (short === 127) {
      size = 0;
      for (let byte = 2; byte < 10; byte += 1) size = size * 256 + (buffer[start + byte] ?? 0);
      payloadStart = start + FRAME_HEADER_BYTES_MAX;
    }
    const end = payloadStart + size;
    yield { start, payloadStart, end, opcode };
    start = end;
  }
}

/**
 * The shared struct of a request and its answer: 192 bytes, the layout of RequestStruct in
 * `bindings/trading/trading_holder.hpp`. Prices in ticks, quantities in lots.
 */
export class RequestStruct {
  readonly memory = new Uint8Array(192);
  readonly #words = new Uint32Array(this.memory.buffer);
  readonly #shorts = new Uint16Array(this.memory.buffer);
  readonly #numbers = new Float64Array(this.memory.buffer);

  /** Empties the request part: the first 104 bytes. */
  clear(): void {
    // A loop that the compiler unrolls is cheaper than the call of `fill`.
    for (let i = 0; i < 13; i += 1) this.#numbers[i] = 0;
  }
  set instrument(value: number) {
    this.#words[0] = value;
  }
  /** 0 new, 1 cancel, 2 replace, 255 a question to risk. */
  set kind(value: number) {
    this.memory[4] = value;
  }
  /** Whether it is a question alone. */
  get isProbe(): boolean {
    return this.memory[4] === 255;
  }
  set side(value: number) {
    this.memory[5] = value;
  }
  set ordType(value: number) {
    this.memory[6] = value;
  }
  set timeInForce(value: number) {
    this.memory[7] = value;
  }
  set account(value: number) {
    this.#shorts[4] = value;
  }
  set strategy(value: number) {
    this.#shorts[5] = value;
  }
  set venue(value: number) {
    this.#shorts[6] = value;
  }
  set flags(value: number) {
    this.#shorts[7] = value;
  }
  set priority(value: number) {
    this.memory[17] = value;
  }
  set orderQty(value: number) {
    this.#numbers[3] = value;
  }
  set price(value: number) {
    this.#numbers[4] = value;
  }
  set stopPx(value: number) {
    this.#numbers[5] = value;
  }
  set trailOffset(value: number) {
    this.#numbers[6] = value;
  }
  set displayQty(value: number) {
    this.#numbers[8] = value;
  }
  set minQty(value: number) {
    this.#numbers[9] = value;
  }
  set expireTimeMs(value: number) {
    this.#numbers[10] = value;
  }
  set bookSequence(value: number) {
    this.#numbers[11] = value;
  }
  set origClOrdID(value: number) {
    this.#numbers[12] = value;
  }
  get clOrdID(): number {
    return this.#numbers[13] ?? 0;
  }
  get limit(): number {
    return this.#numbers[14] ?? 0;
  }
  get observed(): number {
    return this.#numbers[15] ?? 0;
  }
  get headroom(): number {
    return this.#numbers[16] ?? 0;
  }
  get verdict(): number {
    return this.#words[34] ?? 0;
  }
  get violation(): number {
    return this.#words[35] ?? 0;
  }
  get scope(): number {
    return this.#words[36] ?? 0;
  }
  get scopeId(): number {
    return this.#words[37] ?? 0;
  }
  /** A bit a ViolationType whose warning threshold was reached. */
  get warnings(): number {
    return this.#numbers[19] ?? 0;
  }
}

// A strategy that counts its starts in what it keeps.
import { Strategy } from '../../../../dist/index.js';

export class Counter extends Strategy {
  onStart() {
    this.context.state.set('starts', (this.context.state.get('starts') ?? 0) + 1);
  }
}

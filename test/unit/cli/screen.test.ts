import { describe, expect, it } from 'vitest';
import { Screen } from '../../../src/cli/terminal/screen.js';

function terminal() {
  const stream = {
    columns: 80,
    rows: 24,
    written: '',
    write(text: string) {
      stream.written += text;
      return true;
    },
    take() {
      const text = stream.written;
      stream.written = '';
      return text;
    },
  };
  return stream;
}

describe('Screen', () => {
  it('switches to the alternate screen without a cursor, and back', () => {
    const stream = terminal();
    const screen = new Screen(stream);

    screen.enter();
    expect(stream.take()).toContain('\x1b[?1049h\x1b[?25l');

    screen.leave();
    expect(stream.take()).toContain('\x1b[?25h\x1b[?1049l');
  });

  it('gives the terminal back once, however often it is told', () => {
    const stream = terminal();
    const screen = new Screen(stream);
    screen.enter();
    screen.leave();
    stream.take();

    screen.leave();

    expect(stream.take()).toBe('');
  });

  it('rewrites only the lines that changed', () => {
    const stream = terminal();
    const screen = new Screen(stream);
    screen.enter();
    screen.draw(['one', 'two', 'three']);
    stream.take();

    screen.draw(['one', 'TWO', 'three']);

    const frame = stream.take();
    expect(frame).toContain('\x1b[2;1HTWO');
    expect(frame).not.toContain('one');
    expect(frame).not.toContain('three');
  });

  it('writes nothing when nothing changed', () => {
    const stream = terminal();
    const screen = new Screen(stream);
    screen.enter();
    screen.draw(['one']);
    stream.take();

    screen.draw(['one']);

    expect(stream.take()).toBe('');
  });

  it('draws everything afresh after a resize', () => {
    const stream = terminal();
    const screen = new Screen(stream);
    screen.enter();
    screen.draw(['one', 'two']);
    stream.take();
    stream.columns = 100;

    screen.draw(['one', 'two']);

    const frame = stream.take();
    expect(frame).toContain('\x1b[2J');
    expect(frame).toContain('one');
    expect(frame).toContain('two');
  });

  it('draws nothing outside of the alternate screen', () => {
    const stream = terminal();

    new Screen(stream).draw(['one']);

    expect(stream.take()).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { hft } from './cli-harness.js';

const REPORT =
  '8=FIX.4.4|9=175|35=8|34=5|49=VENUE|52=20240115-10:20:31.050|56=CLIENT1|37=9001|11=ord-0001|' +
  '17=E1|150=F|39=1|55=AAPL|54=1|38=100|32=40|31=185.25|151=60|14=40|6=185.25|' +
  '60=20240115-10:20:31.049|10=044|';

describe('hft fix decode', () => {
  it('prints names and meanings', async () => {
    const result = await hft(['fix', 'decode'], { stdin: `[in] ${REPORT}\n` });
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('ExecutionReport (8)  FIX.4.4');
    expect(result.stdout).toMatch(/150 ExecType +F {2}TRADE/);
  });

  it('prints one JSON object a message', async () => {
    const result = await hft(['fix', 'decode', '--json'], { stdin: `${REPORT}\n${REPORT}\n` });
    const messages = result.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatchObject({ msgType: '8', name: 'ExecutionReport', faults: [] });
  });

  it('names what is broken, with code 3', async () => {
    const result = await hft(['fix', 'decode'], { stdin: REPORT.replace('10=044', '10=045') });
    expect(result.code).toBe(3);
    expect(result.stdout).toContain('CheckSum(10) is 045, the bytes sum to 044 (byte 191)');
  });

  it('says when there is no message', async () => {
    const result = await hft(['fix', 'decode'], { stdin: 'nothing\n' });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('no FIX message found');
  });

  it('reads as the version or the venue that it is told', async () => {
    const old = await hft(['fix', 'decode', '--version', '4.2'], { stdin: REPORT });
    expect(old.stdout).toContain("ExecType(150) 'F' is none of its values");
    const unknown = await hft(['fix', 'decode', '--version', '9.9'], { stdin: REPORT });
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('FIX.5.0SP2');
    const venue = await hft(['fix', 'decode', '--venue', 'binance'], { stdin: REPORT });
    expect(venue.code).toBe(0);
    const nowhere = await hft(['fix', 'decode', '--venue', 'nowhere'], { stdin: REPORT });
    expect(nowhere.code).toBe(2);
  });

  it('names a dictionary that is none', async () => {
    const result = await hft(['fix', 'decode', '--dictionary', 'package.json'], {
      stdin: REPORT,
    });
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('package.json:1');
  });
});

import { describe, expect, it } from 'vitest';
import { settingsOfYaml } from '../../../../src/connectors/fix/settings.js';

const read = (text: string, env: Record<string, string> = {}) =>
  settingsOfYaml(text, 'conf/fix.yaml', env);

const SESSION = `
sessions:
  - beginString: FIX.4.4
    senderCompID: ME
    targetCompID: VENUE
    socketConnectHost: 127.0.0.1
    socketConnectPort: 9000
`;

describe('FIX settings in YAML', () => {
  it('become QuickFIX settings with the standards of a session that never pauses', () => {
    expect(read(`defaults:\n  resetOnLogon: true\n${SESSION}`)).toBe(
      [
        '[DEFAULT]',
        'ConnectionType=initiator',
        'HeartBtInt=30',
        'ReconnectInterval=5',
        'NonStopSession=Y',
        'StartTime=00:00:00',
        'EndTime=00:00:00',
        'UseDataDictionary=N',
        'ResetOnLogon=Y',
        '[SESSION]',
        'BeginString=FIX.4.4',
        'SenderCompID=ME',
        'TargetCompID=VENUE',
        'SocketConnectHost=127.0.0.1',
        'SocketConnectPort=9000',
        '',
      ].join('\n'),
    );
  });

  it('take paths from the folder of the file', () => {
    expect(read(`${SESSION}    dataDictionary: FIX44.xml\n`)).toContain(
      'DataDictionary=conf/FIX44.xml\n',
    );
  });

  it('number the fields of the Logon', () => {
    const text = read(`${SESSION}    logonFields: { 553: key, 25035: 2 }\n`);
    expect(text).toContain('LogonTag=553=key\nLogonTag1=25035=2\n');
  });

  it('expand environment variables', () => {
    const text = `${SESSION}    logonSecret: \${SECRET}\n    heartBtInt: \${BEAT:-15}\n`;
    expect(read(text, { SECRET: 's3' })).toContain('LogonSecret=s3\nHeartBtInt=15\n');
  });

  it.each([
    [`${SESSION}    heartBeat: 3\n`, 'conf/fix.yaml:8:5: unknown key `heartBeat`'],
    [`${SESSION}    heart_bt_int: 3\n`, 'did you mean `heartBtInt`?'],
    [`${SESSION}    heartBtInt: soon\n`, 'conf/fix.yaml:8:17: `heartBtInt` is "soon", expected a'],
    [`${SESSION}    resetOnLogon: maybe\n`, '`resetOnLogon` is "maybe", expected true or false'],
    [`${SESSION}    startTime: 9am\n`, '`startTime` is "9am", expected a time such as 17:00:00'],
    [`${SESSION}    logonSecret: \${NONE}\n`, 'the environment variable NONE is not set'],
    [`${SESSION}    logonFields: { x: 1 }\n`, '`x` is no tag'],
    ['sessions: []\n', 'expected `sessions`, a list of FIX sessions'],
    ['- a\n', 'expected `sessions`, a list of FIX sessions'],
    ['sessions:\n  - a: [\n', 'conf/fix.yaml:'],
  ])('are refused with their position: %#', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('show no secret in an error about it', () => {
    const text = `${SESSION}    logonSecret: "top\\nsecret"\n`;
    expect(() => read(text)).toThrow('(hidden)');
    expect(() => read(text)).not.toThrow('top');
  });
});

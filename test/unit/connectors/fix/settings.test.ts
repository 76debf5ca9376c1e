import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problemsOfCfg } from '../../../../src/connectors/fix/cfg-settings.js';
import { readFixSettings, settingsOfYaml } from '../../../../src/connectors/fix/settings.js';

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
    [
      `${SESSION}    logonSignature: md5\n`,
      'conf/fix.yaml:8:21: `logonSignature` is "md5", expected',
    ],
    [
      SESSION.replace('FIX.4.4', 'FIX.9'),
      'conf/fix.yaml:3:18: `beginString` is "FIX.9", expected one',
    ],
    [`${SESSION}    connectionType: both\n`, 'expected one of initiator, acceptor'],
    [SESSION.replace(/ +targetCompID.*\n/, ''), 'conf/fix.yaml:3:5: the session has no `targetC'],
    [SESSION.replace(/ +socketConnectPort.*\n/, ''), 'the session has no `socketConnectPort`'],
    [SESSION.replace('FIX.4.4', 'FIXT.1.1'), 'the session has no `defaultApplVerID`'],
    [`${SESSION}    connectionType: acceptor\n`, 'the session has no `socketAcceptPort`'],
    ['sessions: []\n', 'expected `sessions`, a list of FIX sessions'],
    ['- a\n', 'expected `sessions`, a list of FIX sessions'],
    ['sessions:\n  - a: [\n', 'conf/fix.yaml:'],
  ])('are refused with their position: %#', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('name a file that is not there, and take what the defaults say', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hft-fix-settings-'));
    try {
      const file = join(folder, 'fix.yaml');
      const session = SESSION.replace('beginString: FIX.4.4\n    ', '');
      const defaults = 'defaults:\n  beginString: FIX.4.4\n  fileStorePath: state\n';
      writeFileSync(file, defaults + session);
      expect(readFixSettings(file, {})).toContain('BeginString=FIX.4.4');
      expect(existsSync(join(folder, 'state'))).toBe(true);
      writeFileSync(file, `${SESSION}    dataDictionary: FIX99.xml\n`);
      expect(() => readFixSettings(file, {})).toThrow(/fix\.yaml:8:21: .*a file that is there/);
      expect(() => readFixSettings(join(folder, 'none.yaml'), {})).toThrow('cannot be read');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('show no secret in an error about it', () => {
    const text = `${SESSION}    logonSecret: "top\\nsecret"\n`;
    expect(() => read(text)).toThrow('(hidden)');
    expect(() => read(text)).not.toThrow('top');
  });
});

describe('FIX settings in a QuickFIX .cfg', () => {
  const DEFAULTS = [
    ...['[DEFAULT]', 'ConnectionType=initiator', 'StartTime=00:00:00', 'EndTime=00:00:00'],
    ...['HeartBtInt=30', 'SocketConnectPort=9000', 'BeginString=FIX.4.4', 'SenderCompID=ME'],
  ];
  const problems = (...lines: string[]) =>
    problemsOfCfg([...DEFAULTS, ...lines].join('\n')).map(
      ({ line, column, what }) => `${line}:${column}: ${what}`,
    );

  it('pass as they are, keys of other engines and of any case included', () => {
    expect(
      problems(
        ...['# a comment', '', '[session]', 'TargetCompID = VENUE', 'resetonlogon=Y'],
        ...['MySQLStoreUser=', 'SocketNodelay=Y', 'LogonTag=553=me', 'LogonTag1=554=a=b'],
        ...['[SESSION]', 'TargetCompID=VENUE', 'SessionQualifier=2'],
      ),
    ).toEqual([]);
  });

  it('are refused with everything that is wrong, each at its place', () => {
    expect(
      problems(
        ...['[SESSION]', 'TargetCompID=A', '  HeartBtInterval=3', 'HeartBtInt= soon'],
        ...['ResetOnLogn=Y', 'ResetOnLogon=yes', 'nonsense', 'LogonSecret='],
        ...['[SESSION]', 'TargetCompID=B', 'BeginString=FIXT.1.1'],
        ...['[SESSION]', 'TargetCompID=A', '[SESSIONS]'],
      ),
    ).toEqual([
      '11:3: unknown key `HeartBtInterval`',
      '12:13: `HeartBtInt` is "soon", expected a whole number',
      '13:1: unknown key `ResetOnLogn`; did you mean `ResetOnLogon`?',
      '14:14: `ResetOnLogon` is "yes", expected Y or N',
      '15:1: expected `Key=Value`',
      '16:13: `LogonSecret` is (hidden), expected a value',
      '17:1: the session has no `DefaultApplVerID`',
      '20:1: FIX.4.4:ME->A is the session of line 9 too; a SessionQualifier tells them apart',
      '22:1: unknown section [SESSIONS], expected [DEFAULT] or [SESSION]',
    ]);
  });

  it('say what is missing where a file has next to nothing', () => {
    const whats = problemsOfCfg('Lone=1\n[SESSION]\n').map(({ what }) => what);
    expect(whats).toContain('`Lone` stands before any section');
    expect(whats).toContain('the session has no `ConnectionType`');
    expect(whats).toContain('the session has no `SocketAcceptPort`');
    expect(problemsOfCfg('')).toEqual([{ line: 1, column: 1, what: 'there is no [SESSION]' }]);
  });

  it('name the file in the error', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hft-fix-cfg-'));
    try {
      const file = join(folder, 'fix.cfg');
      writeFileSync(file, `${DEFAULTS.join('\n')}\nDataDictionary=none.xml\n[SESSION]\n`);
      expect(() => readFixSettings(file, {})).toThrow(
        new RegExp(`^${file}:9:16: .*a file that is there\n${file}:10:1: .*TargetCompID`),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

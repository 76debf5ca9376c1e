import { describe, expect, it } from 'vitest';
import { describeMessage } from '../../../../src/connectors/fix/decode/describe-message.js';
import { renderMessage } from '../../../../src/connectors/fix/decode/render-message.js';
import { splitMessages } from '../../../../src/connectors/fix/decode/split-messages.js';
import { readDictionary } from '../../../../src/connectors/fix/dictionary/read-dictionary.js';

const DICTIONARY = readDictionary([
  {
    file: 'small.xml',
    text: `<fix major="4" minor="4">
      <header>
        <field name="BeginString" required="Y"/><field name="BodyLength" required="Y"/>
        <field name="MsgType" required="Y"/>
      </header>
      <messages>
        <message name="Order" msgtype="D" msgcat="app">
          <field name="ClOrdID" required="Y"/><field name="Side" required="N"/>
          <field name="Price" required="N"/><field name="RawDataLength" required="N"/>
          <field name="RawData" required="N"/><field name="Password" required="N"/>
          <field name="Username" required="N"/>
          <component name="Parties" required="N"/>
        </message>
      </messages>
      <trailer><field name="CheckSum" required="Y"/></trailer>
      <components><component name="Parties"><group name="NoPartyIDs" required="N">
        <field name="PartyID" required="Y"/><field name="PartyRole" required="N"/>
      </group></component></components>
      <fields>
        <field number="8" name="BeginString" type="STRING"/>
        <field number="9" name="BodyLength" type="LENGTH"/>
        <field number="10" name="CheckSum" type="STRING"/>
        <field number="11" name="ClOrdID" type="STRING"/>
        <field number="35" name="MsgType" type="STRING"/>
        <field number="44" name="Price" type="PRICE"/>
        <field number="54" name="Side" type="CHAR"><value enum="1" description="BUY"/></field>
        <field number="60" name="TransactTime" type="UTCTIMESTAMP"/>
        <field number="95" name="RawDataLength" type="LENGTH"/>
        <field number="96" name="RawData" type="DATA"/>
        <field number="448" name="PartyID" type="STRING"/>
        <field number="452" name="PartyRole" type="INT"/>
        <field number="453" name="NoPartyIDs" type="NUMINGROUP"/>
        <field number="553" name="Username" type="STRING"/>
        <field number="554" name="Password" type="STRING"/>
      </fields>
    </fix>`,
  },
]);

/** A whole message around `body`, `|` for SOH within it. */
function sealed(body: string, separator = '\u0001'): string {
  const wire = body.replaceAll('|', '\u0001');
  const front = `8=FIX.4.4\u00019=${wire.length}\u0001${wire}`;
  const sum = Buffer.from(front, 'latin1').reduce((total, byte) => total + byte, 0) % 256;
  const message = `${front}10=${String(sum).padStart(3, '0')}\u0001`;
  return message.replaceAll('\u0001', separator);
}

const split = (text: string) => splitMessages(Buffer.from(text, 'latin1'));
const faultsOf = (text: string) =>
  split(text).flatMap((raw) => describeMessage(raw, DICTIONARY).faults.map(({ what }) => what));

describe('splitMessages', () => {
  it.each(['\u0001', '|', '^A'])('takes fields apart by %j, within the lines of a log', (by) => {
    const text = `10:00 IN  ${sealed('35=D|11=a|', by)}\n10:01 OUT ${sealed('35=D|11=b|', by)} ok\n`;
    const messages = split(text);
    expect(messages.map((raw) => raw.fields.find(({ tag }) => tag === 11)?.value)).toEqual([
      'a',
      'b',
    ]);
    expect(messages.flatMap((raw) => raw.faults)).toEqual([]);
    expect(messages.map((raw) => text.indexOf('8=FIX', raw.offset))).toEqual(
      messages.map((raw) => raw.offset),
    );
  });

  it('takes a last field whose separator the line has lost', () => {
    const [raw] = split(`${sealed('35=D|11=a|', '|').slice(0, -1)}\n`);
    expect(raw?.faults).toEqual([]);
  });

  it('reads data by its length', () => {
    const [raw] = split(sealed('35=D|11=a|95=9|96=x|8=FIX|y|'));
    expect(raw?.fields.find(({ tag }) => tag === 96)?.value).toBe('x\u00018=FIX\u0001y');
    expect(raw?.faults).toEqual([]);
  });

  it('names wrong lengths, sums and messages cut off, with their bytes', () => {
    const good = sealed('35=D|11=a|');
    const wrong = good.replace('9=10', '9=11');
    expect(split(wrong)[0]?.faults.map(({ what }) => what)).toEqual([
      'BodyLength(9) is 11, the body has 10 bytes',
      expect.stringContaining('CheckSum(10) is'),
    ]);
    expect(split(wrong)[0]?.faults[0]?.offset).toBe(10);
    const messages = split(
      `${sealed('35=D|11=a|', '|').slice(0, 20)}\n${sealed('35=D|11=b|', '|')}`,
    );
    expect(messages[0]?.faults[0]?.what).toContain('ends without CheckSum');
    expect(messages[1]?.faults).toEqual([]);
  });
});

describe('describeMessage', () => {
  it('names fields and values and nests groups', () => {
    const [raw] = split(sealed('35=D|11=a|54=1|453=2|448=p|452=3|448=q|'));
    if (raw === undefined) throw new Error('no message');
    const lines = renderMessage(describeMessage(raw, DICTIONARY));
    expect(lines[0]).toMatch(/^Order \(D\) {2}FIX\.4\.4/);
    expect(lines.join('\n')).toContain('54 Side                     1  BUY');
    expect(lines).toContain('    [2]');
    expect(lines.some((line) => line.startsWith('  !'))).toBe(false);
  });

  it.each([
    ['35=D|54=1|', 'ClOrdID(11) is missing'],
    ['35=D|11=a|77=x|', 'tag 77 is unknown'],
    ['35=D|11=a|9001=x|', 'user-defined tag 9001 is unknown'],
    ['35=D|11=a|60=20240115-10:20:31|', 'TransactTime(60) does not belong to this message'],
    ['35=D|11=a|54=7|', "Side(54) '7' is none of its values"],
    ['35=D|11=a|44=1e5|', "Price(44) '1e5' is no PRICE"],
    ['35=D|11=|', 'ClOrdID(11) has no value'],
    ['35=D|11=a|11=b|', 'ClOrdID(11) appears more than once'],
    ['35=Z|11=a|', "MsgType(35) 'Z' is unknown"],
    ['11=a|35=D|', 'MsgType(35) is not the third field'],
    ['35=D|11=a|453=2|448=p|', 'NoPartyIDs(453) is 2, the group has 1'],
    ['35=D|11=a|453=1|452=3|', 'does not begin with PartyID(448)'],
  ])('finds what is wrong with %s', (body, what) => {
    expect(faultsOf(sealed(body))).toContainEqual(expect.stringContaining(what));
  });

  it('shows no secret, neither as a field nor in a fault', () => {
    const key = 'abcdefghijklmnopqrstuvwxyz';
    const text = sealed(`35=D|11=a|95=6|96=secret|553=${key}|554=hunter2|554=hunter2|`);
    const [raw] = split(text);
    if (raw === undefined) throw new Error('no message');
    const message = describeMessage(raw, DICTIONARY);
    const shown = renderMessage(message).join('\n') + JSON.stringify(message);
    expect(shown).not.toMatch(/secret|hunter2|efghij/);
    expect(shown).toContain('abcd***');
  });
});

describe('readDictionary', () => {
  it.each([
    ['<fix major="4" minor="4">', 'x.xml:1: <fix> is never closed'],
    ['<fix major="4"/>', 'x.xml:1: <fix> needs major and minor'],
    ['<a/>', 'x.xml:1: the root is <a>'],
    ['<fix major="4" minor="4">\n<header><field name="A"/></header></fix>', "x.xml:2: field 'A'"],
    ['<fix a="&b;" major="4" minor="4"/>', 'x.xml:1: unknown entity &b;'],
    ['<fix major="4" minor="4"><', 'x.xml:1: not well-formed'],
  ])('names faults by file and line: %s', (text, what) => {
    expect(() => readDictionary([{ file: 'x.xml', text }])).toThrow(what);
  });
});

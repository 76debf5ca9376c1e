import { HftError } from '../../../domain/errors.js';
import type {
  FixDictionary,
  FixField,
  FixMember,
  FixMessageDefinition,
  FixStructure,
} from './fix-dictionary.js';
import { readXmlElements, type XmlElement } from './xml-elements.js';

/** A file in QuickFIX's format. */
export interface DictionarySource {
  readonly file: string;
  readonly text: string;
}

/** Components and groups within each other; beyond stands a circle. */
const DEPTH_MAX = 24;

/** An element with the file that it stands in. */
interface Block {
  readonly file: string;
  readonly element: XmlElement;
}

interface DraftMember {
  readonly tag: number;
  isRequired: boolean;
  readonly groupBlocks: Block[];
}

function fail(block: Block, what: string): never {
  throw new HftError('HFT_DATA_FORMAT', `${block.file}:${block.element.line}: ${what}`);
}

/**
 * Reads a dictionary. A later source may bring fields, messages and components, and add values
 * and members to those that are there: the application dictionary behind FIXT 1.1, a venue's
 * extension behind either. Structures are built when a message is first asked for.
 *
 * Errors: HFT_DATA_FORMAT with `file:line`.
 */
export function readDictionary(sources: readonly DictionarySource[]): FixDictionary {
  const first = sources[0];
  if (first === undefined) throw new HftError('HFT_ARGUMENT', 'no dictionary given');
  const reader = new DictionaryReader();
  for (const { file, text } of sources) reader.add({ file, element: readXmlElements(text, file) });
  return reader.finish();
}

class DictionaryReader {
  readonly #fields = new Map<number, FixField & { values: Map<string, string> }>();
  readonly #fieldsByName = new Map<string, FixField>();
  readonly #components = new Map<string, Block[]>();
  readonly #messages = new Map<string, { name: string; blocks: Block[] }>();
  readonly #header: Block[] = [];
  readonly #trailer: Block[] = [];
  #beginString = '';

  add(root: Block): void {
    const { attributes, name, children } = root.element;
    const major = attributes.get('major');
    const minor = attributes.get('minor');
    if (name !== 'fix') fail(root, `the root is <${name}>, not <fix>`);
    if (this.#beginString === '') {
      if (major === undefined || minor === undefined) fail(root, '<fix> needs major and minor');
      this.#beginString = `${attributes.get('type') ?? 'FIX'}.${major}.${minor}`;
    }
    for (const element of children) {
      const block = { file: root.file, element };
      if (element.name === 'header') this.#header.push(block);
      if (element.name === 'trailer') this.#trailer.push(block);
      for (const child of element.children) {
        const entry = { file: root.file, element: child };
        if (element.name === 'fields') this.#addField(entry);
        if (element.name === 'components') this.#addComponent(entry);
        if (element.name === 'messages') this.#addMessage(entry);
      }
    }
  }

  #addField(block: Block): void {
    const { attributes, children } = block.element;
    const tag = Number(attributes.get('number'));
    const name = attributes.get('name') ?? '';
    if (!Number.isInteger(tag) || tag < 1 || name === '') {
      fail(block, 'field without a number or a name');
    }
    let field = this.#fields.get(tag);
    if (field === undefined) {
      field = { tag, name, type: attributes.get('type') ?? 'STRING', values: new Map() };
      this.#fields.set(tag, field);
    }
    const known = this.#fieldsByName.get(name);
    if (known !== undefined && known.tag !== tag) {
      fail(block, `field '${name}' is ${known.tag} and ${tag}`);
    }
    this.#fieldsByName.set(name, field);
    for (const { attributes: value } of children) {
      const text = value.get('enum');
      if (text !== undefined && !field.values.has(text)) {
        field.values.set(text, value.get('description') ?? text);
      }
    }
  }

  #addComponent(block: Block): void {
    const name = block.element.attributes.get('name') ?? fail(block, 'a component without a name');
    this.#components.set(name, [...(this.#components.get(name) ?? []), block]);
  }

  #addMessage(block: Block): void {
    const { attributes } = block.element;
    const msgType = attributes.get('msgtype') ?? fail(block, 'a message without msgtype');
    const name = attributes.get('name') ?? fail(block, 'a message without a name');
    const message = this.#messages.get(msgType);
    if (message === undefined) this.#messages.set(msgType, { name, blocks: [block] });
    else message.blocks.push(block);
  }

  finish(): FixDictionary {
    const messages = new Map<string, FixMessageDefinition>();
    for (const [msgType, { name, blocks }] of this.#messages) {
      const build = () => this.#structure(blocks, 0);
      messages.set(msgType, new LazyMessage(msgType, name, build));
    }
    return {
      beginString: this.#beginString,
      fields: this.#fields,
      fieldsByName: this.#fieldsByName,
      messages,
      header: this.#structure(this.#header, 0),
      trailer: this.#structure(this.#trailer, 0),
    };
  }

  #structure(blocks: readonly Block[], depth: number): FixStructure {
    const drafts = new Map<number, DraftMember>();
    for (const block of blocks) this.#expand(block, { isRequired: true, depth }, drafts);
    const structure = new Map<number, FixMember>();
    for (const { tag, isRequired, groupBlocks } of drafts.values()) {
      const isGroup = groupBlocks.length > 0;
      structure.set(tag, {
        tag,
        isRequired,
        ...(isGroup ? { group: this.#structure(groupBlocks, depth + 1) } : {}),
      });
    }
    return structure;
  }

  #expand(
    block: Block,
    within: { readonly isRequired: boolean; readonly depth: number },
    drafts: Map<number, DraftMember>,
  ): void {
    if (within.depth > DEPTH_MAX) fail(block, 'components or groups in a circle');
    for (const element of block.element.children) {
      const child = { file: block.file, element };
      const name = element.attributes.get('name') ?? fail(child, 'a member without a name');
      // A field of a component is required where both it and the component are.
      const isRequired = within.isRequired && element.attributes.get('required') === 'Y';
      if (element.name === 'component') {
        const parts = this.#components.get(name);
        if (parts === undefined) fail(child, `component '${name}' is nowhere defined`);
        for (const part of parts) {
          this.#expand(part, { isRequired, depth: within.depth + 1 }, drafts);
        }
        continue;
      }
      const field = this.#fieldsByName.get(name);
      if (field === undefined) fail(child, `field '${name}' is nowhere defined`);
      const draft = drafts.get(field.tag) ?? { tag: field.tag, isRequired, groupBlocks: [] };
      draft.isRequired ||= isRequired;
      if (element.name === 'group') draft.groupBlocks.push(child);
      drafts.set(field.tag, draft);
    }
  }
}

/** Builds its structure when it is first asked for: a dictionary has a hundred messages. */
class LazyMessage implements FixMessageDefinition {
  readonly msgType: string;
  readonly name: string;
  readonly #build: () => FixStructure;
  #structure: FixStructure | undefined;

  constructor(msgType: string, name: string, build: () => FixStructure) {
    this.msgType = msgType;
    this.name = name;
    this.#build = build;
  }

  get structure(): FixStructure {
    this.#structure ??= this.#build();
    return this.#structure;
  }
}

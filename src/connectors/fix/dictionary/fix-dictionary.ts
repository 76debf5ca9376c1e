/** A field as a dictionary describes it. */
export interface FixField {
  readonly tag: number;
  readonly name: string;
  /** As the dictionary says it: `PRICE`, `UTCTIMESTAMP`. */
  readonly type: string;
  /** What each value means; empty where any of the type is fine. */
  readonly values: ReadonlyMap<string, string>;
}

/** A field as a member of a message, a group entry, the header or the trailer. */
export interface FixMember {
  readonly tag: number;
  readonly isRequired: boolean;
  /** Where the field counts a repeating group: the members of an entry, the delimiter first. */
  readonly group?: FixStructure;
}

/** Members in the order of the dictionary, by tag. */
export type FixStructure = ReadonlyMap<number, FixMember>;

/** A message as a dictionary describes it. */
export interface FixMessageDefinition {
  readonly msgType: string;
  readonly name: string;
  readonly structure: FixStructure;
}

/** What a version of FIX or a venue's dialect allows. */
export interface FixDictionary {
  /** `FIX.4.4`, `FIXT.1.1`. */
  readonly beginString: string;
  readonly fields: ReadonlyMap<number, FixField>;
  readonly fieldsByName: ReadonlyMap<string, FixField>;
  readonly messages: ReadonlyMap<string, FixMessageDefinition>;
  readonly header: FixStructure;
  readonly trailer: FixStructure;
}

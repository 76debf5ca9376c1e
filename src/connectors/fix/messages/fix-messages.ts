import type {
  EntryShape,
  FieldKind,
  FieldKinds,
  FieldShape,
  MESSAGE_SHAPES,
} from './message-shapes.js';

type Shapes = typeof MESSAGE_SHAPES;

/** The name of a message with a type of its own: `NewOrderSingle`. */
export type FixMessageName = keyof Shapes;

type FieldOf<Shape extends FieldShape> = Shape extends readonly [number, 'group', infer Entry]
  ? Entry extends EntryShape
    ? readonly FieldsOf<Entry>[]
    : never
  : Shape extends readonly [number, infer Kind extends FieldKind]
    ? FieldKinds[Kind]
    : never;

/** The fields of a shape; any may be absent: what is required is for the dictionary to say. */
export type FieldsOf<Entry extends EntryShape> = {
  readonly [Name in keyof Entry]?: FieldOf<Entry[Name]>;
} & {
  /** Fields without a name here, user-defined ones among them: tag and text, in their order. */
  readonly fields?: readonly (readonly [tag: number, value: string])[];
};

/** What is behind the header of a message named `Name`. */
export type FixBody<Name extends FixMessageName> = FieldsOf<Shapes[Name]['fields']>;

/** Any message with a type of its own: `if (message.type === 'ExecutionReport') ...`. */
export type FixMessage = {
  readonly [Name in FixMessageName]: { readonly type: Name } & FixBody<Name>;
}[FixMessageName];

/** A message of another type: its MsgType(35) and its fields. */
export interface OtherFixMessage {
  readonly type: 'Other';
  readonly msgType: string;
  readonly fields: readonly (readonly [tag: number, value: string])[];
}

/** A version of FIX that scripts of FIX 4.4 carry over to. */
export interface CarriedVersion {
  readonly name: string;
  readonly beginString: string;
  readonly applVerID?: string;
  readonly lacks: RegExp;
}
export const CARRIED_VERSIONS: readonly CarriedVersion[];
export function carryOver(file: string, text: string, version: CarriedVersion): string | undefined;

import type { Socket } from 'node:net';

export function playScript(
  text: string,
  target: { readonly host: string; readonly port: number },
): Promise<void>;
export function playSwapped(text: string, socket: Socket): Promise<void>;
export function canSwap(text: string): boolean;

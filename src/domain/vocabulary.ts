/** FIX Side(54), by the native numbers. */
export const Side = { None: 0, Buy: 1, Sell: 2 } as const;
export type Side = (typeof Side)[keyof typeof Side];

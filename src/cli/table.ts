/** Pairs of a label and a text as lines with the texts below each other. */
export function factLines(facts: readonly (readonly [label: string, text: string])[]): string[] {
  const width = facts.reduce((most, [label]) => Math.max(most, label.length), 0);
  return facts.map(([label, text]) => `${label.padEnd(width)}  ${text}`.trimEnd());
}

/** Counts as text, the largest first: `trade 12, depth 3`; at most `most` of them. */
export function countsText(counts: Readonly<Record<string, number>>, most = 12): string {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  if (entries.length === 0) return 'none';
  const shown = entries
    .sort(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([name, count]) => `${name} ${count}`);
  const rest = entries.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

import { words } from "./words.mjs";

// The index holds, per word, how often each product uses it, and the length of each product's text.
export function rank(index, query) {
  const scores = new Map();
  for (const word of words(query)) {
    const uses = Object.entries(index.uses[word] ?? {});
    const weight = Math.log(1 + (index.count - uses.length + 0.5) / (uses.length + 0.5));
    for (const [sku, times] of uses) {
      const length = index.lengths[sku] / index.averageLength;
      const score = (weight * times * 2.2) / (times + 1.2 * (0.25 + 0.75 * length));
      scores.set(sku, (scores.get(sku) ?? 0) + score);
    }
  }

  return [...scores].sort((a, b) => b[1] - a[1]).map(([sku, score]) => ({ sku, score }));
}

import { countries } from "./countries.mjs";

const common = new Set(["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]);
const names = Object.entries(countries).flatMap(([code, names]) => names.map((name) => [plain(name), code.toLowerCase()]));

// A country becomes its code, so that a product is found in each language.
export function words(text) {
  let rest = plain(text);
  for (const [name, code] of names) rest = rest.replaceAll(name, code);

  return rest
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word.length > 0 && !common.has(word))
    .map(stem);
}

function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{Mark}/gu, "");
}

function stem(word) {
  if (word.length > 4 && word.endsWith("ies")) return word.slice(0, -3) + "y";
  if (word.length > 3 && word.endsWith("s") && !word.endsWith("ss")) return word.slice(0, -1);
  return word;
}

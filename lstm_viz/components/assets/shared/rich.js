// The text of a lesson as nodes: `*f*` is a symbol, in the colour of what it stands for, and `**words**` are bold.

import { html } from "./dom.js";

const MARKED = /\*\*(.+?)\*\*|\*(.+?)\*/g;

/**
 * The pieces of a text in turn.
 * @param {string} text
 * @returns {{text: string, kind: "words" | "bold" | "symbol"}[]}
 */
export function pieces(text) {
  /** @type {{text: string, kind: "words" | "bold" | "symbol"}[]} */
  const found = [];
  let from = 0;
  for (const match of text.matchAll(MARKED)) {
    found.push({ text: text.slice(from, match.index), kind: "words" });
    found.push(match[1] ? { text: match[1], kind: "bold" } : { text: match[2], kind: "symbol" });
    from = match.index + match[0].length;
  }
  found.push({ text: text.slice(from), kind: "words" });
  return found.filter((piece) => piece.text !== "");
}

/** @type {Record<string, string>} The key of a quantity, by the letter that it is written with. */
const KEYS = { C: "c", C̃: "g", f: "f", i: "i", o: "o", h: "h", x: "x" };

/**
 * The nodes of a text. A symbol has the class "symbol" and the key of its quantity as `data-q`.
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export const rich = (text) =>
  pieces(text).map(({ text: words, kind }) => {
    if (kind === "words") return words;
    return kind === "bold" ? html("b", {}, words) : html("i", { class: "symbol", "data-q": KEYS[words] }, words);
  });

// Texts of lessons: words with *italics* and **bold**, as elements. Anything else is text and nothing but text.

import { html } from "../shared/dom.js";

const MARKED = /\*\*(.+?)\*\*|\*(.+?)\*/g;

/**
 * Splits a text at its marks.
 * @param {string} text
 * @returns {{kind: "plain" | "b" | "i", text: string}[]}
 */
export function parts(text) {
  /** @type {{kind: "plain" | "b" | "i", text: string}[]} */
  const found = [];
  let at = 0;
  for (const match of text.matchAll(MARKED)) {
    if (match.index > at) found.push({ kind: "plain", text: text.slice(at, match.index) });
    found.push(match[1] !== undefined ? { kind: "b", text: match[1] } : { kind: "i", text: match[2] });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: "plain", text: text.slice(at) });
  return found;
}

/**
 * The text as nodes.
 * @param {string} text
 */
export const rich = (text) =>
  parts(text).map(({ kind, text: words }) => (kind === "plain" ? words : html(kind, {}, words)));

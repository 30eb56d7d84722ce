// The text of a cell cut into pieces that are coloured: names, weights, functions, numbers, remarks; and underlined
// where something is wrong.

/** @typedef {{line: number, column: number, end: number}} Place Line and columns count from 1; `end` is behind it. */
/** @typedef {"name" | "weight" | "function" | "number" | "remark" | "other"} Kind */
/** @typedef {{text: string, kind: Kind, wrong: boolean}} Piece */

/** @type {[Kind, RegExp][]} In the order in which they are tried. */
const KINDS = [
  ["remark", /#.*/uy],
  ["function", /[\p{L}_][\p{L}\p{N}_]*(?=\s*\()/uy],
  ["weight", /(?:[A-Z][a-z0-9]*|[bp]\d*)(?:_\w+)?(?![\p{L}\p{N}_])/uy],
  ["name", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["number", /\d+(?:\.\d*)?(?:e[+-]?\d+)?/uy],
  ["other", /\s+|./uy],
];

/**
 * @param {string} line
 * @returns {{text: string, kind: Kind}[]}
 */
function tokens(line) {
  const found = [];
  for (let at = 0; at < line.length; ) {
    for (const [kind, pattern] of KINDS) {
      pattern.lastIndex = at;
      const text = pattern.exec(line)?.[0];
      if (!text) continue;
      found.push({ text, kind });
      at += text.length;
      break;
    }
  }
  return found;
}

/**
 * How many code units stand before a column: Python counts characters, and some take two units here.
 * @param {string} line
 * @param {number} column Counted from 1.
 */
export function unitsBefore(line, column) {
  return [...line].slice(0, column - 1).join("").length;
}

/**
 * Where a problem begins and ends in its line, in code units: at least one wide, so that it can be seen.
 * @param {string} line
 * @param {Place} place
 */
export function span(line, { column, end }) {
  const from = Math.min(unitsBefore(line, column), Math.max(line.length - 1, 0));
  return { from, to: Math.max(unitsBefore(line, end), from + 1) };
}

/**
 * Cuts a line into pieces.
 * @param {string} line
 * @param {Place[]} problems Those in this line.
 * @returns {Piece[]}
 */
export function pieces(line, problems) {
  const spans = problems.map((problem) => span(line, problem));
  const isWrong = (/** @type {number} */ at) => spans.some(({ from, to }) => at >= from && at < to);
  const cuts = new Set(spans.flatMap(({ from, to }) => [from, to]));
  /** @type {Piece[]} */
  const found = [];
  let at = 0;
  for (const { text, kind } of tokens(line)) {
    let begin = 0;
    for (let k = 1; k <= text.length; k++) {
      if (k < text.length && !cuts.has(at + k)) continue;
      found.push({ text: text.slice(begin, k), kind, wrong: isWrong(at + begin) });
      begin = k;
    }
    at += text.length;
  }
  return found;
}

/**
 * Where a problem is in the whole text, in code units.
 * @param {string} text
 * @param {Place} place
 */
export function range(text, place) {
  const lines = text.split(/\r?\n/);
  const before = lines.slice(0, place.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const line = lines[place.line - 1] ?? "";
  return { from: before + unitsBefore(line, place.column), to: before + unitsBefore(line, place.end) };
}

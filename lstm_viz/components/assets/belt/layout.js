// Where everything of the belt stands: along the sentence it runs to the right, or downwards on a narrow page.

const NARROW = 600; // pixels
const MARGIN = 20;
const WIDEST = 146; // of a column

const BELT = 25; // half of the belt's width where |C| is 1
const STREAM = 31; // the width of what is written where it is 1
const FULLEST = 1.12; // the largest |C| that the belt has room for
const THINNEST = 1.5;

/**
 * @typedef {object} Layout
 * @property {boolean} down Whether the sentence runs downwards.
 * @property {number} width
 * @property {number} height
 * @property {number} column What one word takes along the sentence.
 * @property {number} belt The middle of the belt, across the sentence.
 * @property {number} valve The middle of the input valves, across.
 * @property {number} word Where the words begin, across.
 * @property {number} half Half of the room that the belt has.
 * @property {number} radius Of a valve.
 */

/** @type {{wide: Omit<Layout, "width" | "column">, narrow: Omit<Layout, "width" | "height" | "column">}} */
const PLACES = {
  wide: { down: false, height: 246, belt: 82, valve: 151, word: 194, half: 28, radius: 16 },
  narrow: { down: true, belt: 212, valve: 146, word: 106, half: 25, radius: 12 },
};
const ROW = 51;

/**
 * @param {number} width The pixels there are.
 * @param {number} words
 * @returns {Layout}
 */
export function layoutOf(width, words) {
  if (width < NARROW) return { ...PLACES.narrow, width, height: ROW * words + 18, column: ROW };
  const column = Math.min(WIDEST, (width - 2 * MARGIN) / words);
  return { ...PLACES.wide, width: 2 * MARGIN + words * column, column };
}

/**
 * Where the forget valve of a word is, and where its stream joins the belt, along the sentence.
 * @param {Layout} layout
 * @param {number} word
 */
export function placesOf({ down, column }, word) {
  const start = (down ? 6 : MARGIN) + word * column;
  return { valve: start + (down ? 6 : 0.27 * column), join: start + (down ? 31 : 0.66 * column) };
}

/**
 * How wide the belt is for a memory. Whatever is not zero can be seen.
 * @param {number} c
 * @param {Layout} layout
 */
export const beltWidth = (c, { half }) =>
  c === 0 ? 0 : Math.max(THINNEST, (2 * BELT * half * Math.min(FULLEST, Math.abs(c))) / PLACES.wide.half);

/**
 * How wide the stream to the belt is for what is read, or for what of it is written.
 * @param {number} value
 * @param {Layout} layout
 */
export const streamWidth = (value, { radius }) =>
  Math.max(THINNEST / 2, (STREAM * radius * Math.min(1, Math.abs(value))) / PLACES.wide.radius);

/** Half of the room that the stream of a word has. @param {Layout} layout */
export const streamRoom = ({ radius }) => (STREAM * radius) / PLACES.wide.radius / 2;

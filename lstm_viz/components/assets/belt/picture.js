// The picture of the belt: valves, streams and the memory, drawn anew for each place of the dial on nodes that stay.

import { html, setAttributes, setText, svg } from "../shared/dom.js";
import { number, percent } from "../shared/format.js";
import { beltWidth, layoutOf, placesOf, streamRoom, streamWidth } from "./layout.js";

/** @typedef {import("./layout.js").Layout} Layout */
/** @typedef {import("./belt.js").BeltRecord} BeltRecord */
/** @typedef {import("./belt.js").Reading} Reading */

const SHUT = 0.9; // a forget gate below this is worth a word
const CROSS = 4.5;
const ROOM = 105; // pixels of a column in which what a word writes can be said

/**
 * The nodes of one word that change.
 * @typedef {object} Word
 * @property {SVGGElement} root
 * @property {SVGLineElement} kept The belt from the forget valve to where the stream joins.
 * @property {SVGLineElement} memory The belt from there on.
 * @property {SVGLineElement} read
 * @property {SVGLineElement} written
 * @property {Valve} forget
 * @property {Valve} input
 * @property {SVGTextElement} keeps
 * @property {SVGTextElement} writes
 * @property {SVGTextElement} value
 * @property {HTMLElement} label
 */

/** @typedef {{root: SVGGElement, level: SVGRectElement, bottom: number, radius: number}} Valve */

/**
 * A memory that is nearly 1 is not written as 1.
 * @param {number} c
 */
const memory = (c) =>
  Math.abs(c) >= 0.995 && Math.abs(c) < 1 ? number(c).replace("1.00", Math.abs(c).toFixed(3)) : number(c);

/** @param {number} value */
const sign = (value) => (value < 0 ? "minus" : "plus");

export class Picture {
  /** @param {(word: number) => void} point Is called with the word that a pointer is on. */
  constructor(point) {
    this.point = point;
    this.root = html("div", { class: "picture" });
    /** @type {Layout | undefined} */
    this.layout = undefined;
    /** @type {Word[]} */
    this.words = [];
    this.shape = "";
  }

  /**
   * Makes the nodes anew where the words or the room have changed.
   * @param {BeltRecord} record
   * @param {number} width
   * @returns {boolean} Whether they have.
   */
  build(record, width) {
    const shape = `${Math.round(width)} ${record.words.join(" ")}`;
    if (shape === this.shape) return false;
    this.shape = shape;
    const layout = layoutOf(width, record.words.length);
    this.layout = layout;
    const drawing = svg("svg", {
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      width: layout.width,
      height: layout.height,
      "aria-hidden": "true",
    });
    drawing.append(this.trough(layout, record.words.length));
    this.words = record.words.map((word, at) => this.makeWord(word, at, record, layout));
    drawing.append(...this.words.map(({ root }) => root));
    // The belt of a word lies below the valve of the next.
    drawing.append(...this.words.flatMap(({ forget, input }) => [forget.root, input.root]));
    this.bracket = svg("g", { class: "bracket" });
    drawing.append(this.bracket, this.title(layout));
    this.root.replaceChildren(drawing, ...this.words.map(({ label }) => label));
    this.root.style.width = `${layout.width}px`;
    this.root.style.height = `${layout.height}px`;
    return true;
  }

  /**
   * @param {BeltRecord} record
   * @param {Reading} reading
   * @param {number} cursor The word that has been read last.
   * @param {boolean} held Whether the forget gates after the turn are held.
   */
  show(record, reading, cursor, held) {
    const { layout } = this;
    if (!layout) return;
    this.words.forEach((word, at) => {
      const before = at > 0 ? reading.c[at - 1] : 0;
      const kept = reading.f[at] * before;
      const stream = reading.i[at] * reading.g[at];
      this.showFlow(word.kept, kept, beltWidth(kept, layout));
      this.showFlow(word.memory, reading.c[at], beltWidth(reading.c[at], layout));
      this.showFlow(word.read, reading.g[at], streamWidth(reading.g[at], layout));
      this.showFlow(word.written, stream, streamWidth(stream, layout));
      showValve(word.forget, reading.f[at]);
      showValve(word.input, reading.i[at]);
      const isHeld = held && at > record.turn;
      word.forget.root.classList.toggle("held", isHeld);
      const speaks = at > 0 && (isHeld || reading.f[at] < SHUT);
      setText(word.keeps, speaks ? `keeps ${percent(reading.f[at])}` : "");
      setText(word.writes, at === record.turn && layout.column > ROOM ? `writes ${number(stream)}` : "");
      setText(word.value, memory(reading.c[at]));
      for (const node of [word.root, word.forget.root, word.input.root, word.label]) {
        node.classList.toggle("ahead", at > cursor);
      }
      word.label.classList.toggle("now", at === cursor);
    });
    this.showBracket(record, layout, !held && cursor >= record.held.to);
  }

  /**
   * @param {SVGLineElement} line
   * @param {number} value
   * @param {number} width
   */
  showFlow(line, value, width) {
    setAttributes(line, { class: sign(value), "stroke-width": width.toFixed(2) });
  }

  /**
   * Says from where to where the memory is held as it was learned.
   * @param {BeltRecord} record
   * @param {Layout} layout
   * @param {boolean} shown
   */
  showBracket({ turn, held }, layout, shown) {
    const from = placesOf(layout, turn).join + 26;
    const to = placesOf(layout, held.to).join - 26;
    const y = layout.belt - layout.half - 20;
    this.bracket?.replaceChildren(
      ...(shown && !layout.down
        ? [
            svg("path", { d: `M${from} ${y + 7}V${y}H${to}V${y + 7}` }),
            svg("text", { x: (from + to) / 2, y: y - 8, "text-anchor": "middle" }, held.text),
          ]
        : []),
    );
  }

  /**
   * @param {Layout} layout
   * @param {number} words
   */
  trough(layout, words) {
    const end = placesOf(layout, words - 1).join + 0.4 * layout.column;
    const begin = layout.down ? 0 : placesOf(layout, 0).valve - 40;
    const streams = Array.from({ length: words }, (_, at) =>
      this.line(layout, placesOf(layout, at).join, layout.belt, layout.word, {
        class: "room",
        "stroke-width": 2 * streamRoom(layout),
      }),
    );
    const [x, y, width, height] = layout.down
      ? [layout.belt - layout.half, begin, 2 * layout.half, layout.height - begin]
      : [Math.max(0, begin), layout.belt - layout.half, end - Math.max(0, begin), 2 * layout.half];
    return svg("g", { class: "trough" }, svg("rect", { x, y, width, height, rx: 4 }), ...streams);
  }

  /** @param {Layout} layout */
  title({ down, belt, half }) {
    return down ? svg("g") : svg("text", { class: "title", x: 2, y: belt - half - 12 }, "the memory, C");
  }

  /**
   * A line across the sentence, from one depth to another.
   * @param {Layout} layout
   * @param {number} along
   * @param {number} from
   * @param {number} to
   * @param {import("../shared/dom.js").Attributes} attributes
   */
  line({ down }, along, from, to, attributes = {}) {
    const ends = down ? { x1: from, y1: along, x2: to, y2: along } : { x1: along, y1: from, x2: along, y2: to };
    return svg("line", { ...ends, ...attributes });
  }

  /**
   * A part of the belt.
   * @param {Layout} layout
   * @param {number} from
   * @param {number} to
   */
  part({ down, belt }, from, to) {
    const ends = down ? { x1: belt, y1: from, x2: belt, y2: to } : { x1: from, y1: belt, x2: to, y2: belt };
    return svg("line", ends);
  }

  /**
   * @param {string} text
   * @param {number} at
   * @param {BeltRecord} record
   * @param {Layout} layout
   * @returns {Word}
   */
  makeWord(text, at, { words, turn }, layout) {
    const { valve, join } = placesOf(layout, at);
    const isLast = at === words.length - 1;
    const end = isLast ? (layout.down ? layout.height : join + 0.4 * layout.column) : placesOf(layout, at + 1).valve;
    const kept = this.part(layout, valve, join);
    const memory = this.part(layout, join, end);
    const read = this.line(layout, join, layout.valve, layout.word);
    const written = this.line(layout, join, layout.belt, layout.valve);
    const forget = makeValve(layout, valve, layout.belt, "f", `belt-f-${at}`);
    const input = makeValve(layout, join, layout.valve, "i", `belt-i-${at}`);
    const beside = layout.belt + layout.half + 12;
    const keeps = svg("text", {
      class: "keeps",
      ...(layout.down
        ? { x: beside, y: valve + 5 }
        : { x: valve, y: layout.belt - layout.half - 12, "text-anchor": "middle" }),
    });
    const value = svg("text", {
      class: "value",
      ...(layout.down ? { x: beside, y: join + 5 } : { x: join + streamRoom(layout) + 6, y: beside + 6 }),
    });
    const writes = svg("text", { class: "writes", x: join + layout.radius + 6, y: layout.valve + 5 });
    const root = svg("g", { class: "word" }, read, written, kept, memory, keeps, value, writes);
    if (!layout.down) root.append(plus(join, layout.belt));
    const label = html("span", { class: "label", onpointerenter: () => this.point(at) }, text);
    label.classList.toggle("turn", at === turn);
    label.style.left = `${layout.down ? 0 : join - layout.column / 2 + 4}px`;
    label.style.top = `${layout.down ? join - 17 : layout.word}px`;
    label.style.width = `${layout.down ? layout.word : layout.column - 8}px`;
    return { root, kept, memory, read, written, forget, input, keeps, value, writes, label };
  }
}

/**
 * A valve: as far as its gate is open, so far it is filled.
 * @param {Layout} layout
 * @param {number} along
 * @param {number} across
 * @param {"f" | "i"} gate
 * @param {string} id
 * @returns {Valve}
 */
function makeValve({ down, radius }, along, across, gate, id) {
  const [x, y] = down ? [across, along] : [along, across];
  const level = svg("rect", { class: "level", x: x - radius, width: 2 * radius, "clip-path": `url(#${id})` });
  const root = svg(
    "g",
    { class: `valve ${gate}` },
    svg("clipPath", { id }, svg("circle", { cx: x, cy: y, r: radius })),
    svg("circle", { class: "ground", cx: x, cy: y, r: radius }),
    level,
    svg("circle", { class: "rim", cx: x, cy: y, r: radius }),
    svg("path", { class: "cross", d: `M${x - CROSS} ${y - CROSS}l9 9m0 -9l-9 9` }),
  );
  return { root, level, bottom: y + radius, radius };
}

/**
 * @param {Valve} valve
 * @param {number} open From 0 to 1.
 */
function showValve({ level, bottom, radius }, open) {
  const height = 2 * radius * open;
  setAttributes(level, { y: (bottom - height).toFixed(2), height: height.toFixed(2) });
}

/**
 * @param {number} x
 * @param {number} y
 */
const plus = (x, y) =>
  svg(
    "g",
    { class: "plus" },
    svg("circle", { cx: x, cy: y, r: 12 }),
    svg("path", { d: `M${x - 6} ${y}h12M${x} ${y - 6}v12` }),
  );

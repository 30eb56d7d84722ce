// The equations of the chosen step with the values filled in, and beside each what it means in words.
// The words come with the run: Python judges the numbers, this file only sets them.

import { html, setText } from "../shared/dom.js";
import { number, weight } from "../shared/format.js";

/** @typedef {import("./record.js").Part} Part */
/** @typedef {import("./record.js").Quantity} Quantity */
/** @typedef {import("./record.js").StageRecord} StageRecord */
/** @typedef {import("./record.js").Term} Term */
/** @typedef {import("./stage.js").Stage} Stage */

/** @typedef {{symbol: HTMLElement, filled: HTMLElement, value: HTMLElement, caption: HTMLElement, root: HTMLElement}} Line */

const HINT = "Point at a symbol, or tap it, to see it everywhere and to read what it means.";

/**
 * A weight in a sum: with its sign, and before a later one a space.
 * @param {number} value
 * @param {boolean} [first]
 */
export const signed = (value, first = false) =>
  first ? weight(value) : `${value < 0 ? "−" : "+"} ${weight(Math.abs(value))}`;

/**
 * A number after a dot: in brackets if it is negative.
 * @param {string} text
 */
export const bracketed = (text) => (text.startsWith("−") ? `(${text})` : text);

/**
 * A number of the chosen unit; of what is not by unit, as x, all numbers.
 * @param {number[][]} rows
 * @param {StageRecord} record
 * @param {number} unit
 * @param {number} step
 */
export function shownText(rows, { x, units }, unit, step) {
  return rows !== x && rows.length >= units
    ? number(rows[unit][step])
    : rows.map((line) => number(line[step])).join(", ");
}

/**
 * Gives an element the colour of a quantity.
 * @template {HTMLElement} T
 * @param {T} node
 * @param {string} quantity
 */
function tinted(node, quantity) {
  node.style.color = `var(--q-${quantity})`;
  return node;
}

/** @param {string} text */
const filledIn = (text) => html("span", { class: "filled" }, text);

/**
 * A value that is not announced: an output is a live region by itself, and six of them would talk at once. The stage
 * says the step in one sentence.
 * @param {string} name
 * @param {string | null} quantity
 * @param {string} [text]
 */
const output = (name, quantity, text = "") =>
  html("output", { class: name, "data-q": quantity, "aria-live": "off" }, text);

export class Equations {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {string | null} */
    this.explained = null;
    /** @type {Map<string, Line>} */
    this.lines = new Map();
    this.list = html("div", { class: "lines" });
    this.readout = html("div", { class: "line readout" });
    this.gradient = html("div", { class: "line gradient" });
    this.meaning = html("p", { class: "meaning" }, HINT);
    this.root = html(
      "section",
      { class: "equations", "aria-label": "Equations of this step" },
      this.meaning,
      this.list,
      this.readout,
      this.gradient,
    );
  }

  /** @param {StageRecord} record */
  shape({ lines, symbols }) {
    return lines.map(({ key }) => key + symbols[key].symbol);
  }

  /** @param {StageRecord} record */
  build({ lines, symbols }) {
    this.lines = new Map(lines.map(({ key }) => [key, this.makeLine(key, symbols[key])]));
    this.list.replaceChildren(...[...this.lines.values()].map(({ root }) => root));
  }

  /**
   * @param {string} key
   * @param {Quantity} quantity
   * @returns {Line}
   */
  makeLine(key, quantity) {
    const attributes = { type: "button", class: "symbol", "data-q": key };
    const symbol = tinted(html("button", attributes, quantity.symbol, html("sub", {}, "t")), key);
    const filled = filledIn("");
    const value = tinted(output("value", key), key);
    const caption = html("span", { class: "caption" });
    const equation = html("span", { class: "equation" }, "= ", filled, " = ", value);
    return { symbol, filled, value, caption, root: html("div", { class: "line" }, symbol, equation, caption) };
  }

  /** @param {StageRecord} record */
  update({ symbols, readout, gradient }) {
    for (const [key, { symbol }] of this.lines) {
      symbol.setAttribute("aria-label", `${symbols[key].name}: ${symbols[key].meaning}`);
    }
    this.readout.hidden = !readout;
    this.gradient.hidden = !gradient;
    this.explain(this.explained);
  }

  /**
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  show(record, step, unit) {
    for (const { key, parts } of record.lines) {
      const line = this.lines.get(key);
      if (!line) continue;
      const filled = parts.flatMap((part, k) => this.fill(record, part, step, unit, parts[k - 1]));
      line.filled.replaceChildren(...(record.clamp[key] != null ? ["held"] : filled));
      setText(line.value, shownText(record.q[key], record, unit, step));
      setText(line.caption, record.phrases[record.captions[key][unit][step]]);
    }
    this.showReadout(record, step, unit);
    this.showGradient(record, step, unit);
    this.explain(this.explained);
  }

  /**
   * A part of an equation as Python wrote it, with the numbers of this step.
   * @param {StageRecord} record
   * @param {Part} part
   * @param {number} step
   * @param {number} unit
   * @param {Part | undefined} before
   * @returns {(Node | string)[]}
   */
  fill(record, part, step, unit, before) {
    if (typeof part === "string") return [part];
    if ("terms" in part)
      return record.terms[part.terms][unit].flatMap((term, k) => this.fillTerm(record, term, step, k));
    const value = shownText(part.q === "x" ? record.x : record.q[part.q], record, unit, step);
    const signs = record.anatomy.kind === "graph" ? /(·|− |\+ |\/ )$/ : /·$/;
    const afterSign = typeof before === "string" && signs.test(before);
    return [html("span", { "data-q": part.q }, afterSign ? bracketed(value) : value)];
  }

  /**
   * @param {StageRecord} record
   * @param {Term} term
   * @param {number} step
   * @param {number} k Its place in the sum.
   */
  fillTerm(record, [factor, quantity, index], step, k) {
    // Without a weight it is a sum that Python has made: a number by itself.
    const plus = k ? "+ " : "";
    const text = factor == null ? plus : `${signed(factor, k === 0)}${quantity ? "·" : ""}`;
    const series = quantity === "x" ? record.x : record.q[quantity ?? ""];
    const attributes = { class: factor === 0 ? "zero" : null, "data-q": quantity };
    return [k ? " " : "", html("span", attributes, text, quantity ? bracketed(number(series[index][step])) : "")];
  }

  /**
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  showReadout({ readout, q }, step, unit) {
    if (!readout) return;
    const { weight: scale, bias, y } = readout;
    const filled = `= σ(${weight(scale)}·${bracketed(number(q.h[unit][step]))} ${signed(bias)}) = `;
    this.readout.replaceChildren(
      html("span", { class: "symbol" }, "y", html("sub", {}, "t")),
      html("span", { class: "equation" }, filled, output("value", null, y[step].toFixed(4))),
      html("span", { class: "caption" }, "the readout: what a layer after the cell makes of h"),
    );
  }

  /**
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  showGradient({ gradient, symbols }, step, unit) {
    if (!gradient) return;
    const { kind, target, of, value } = gradient;
    const goal = `½ (h of the last step − ${weight(target ?? 0)})²`;
    const loss = { c: "C of the last step", h: "h of the last step", target: goal }[kind];
    const states = Object.keys(of).filter((key) => `${key}p` in of || `${key}[t-1]` in of);
    const slopes = states.map((key) => ({ key, letter: symbols[key].symbol, slope: number(of[key][unit][step]) }));
    const told = slopes.flatMap(({ key, letter, slope }, k) => [
      filledIn(`${k ? "," : ";"} ∂L/∂${letter} = `),
      tinted(output("value", `d${key}` in symbols ? `d${key}` : key, slope), key),
    ]);
    const equation = html(
      "span",
      { class: "equation" },
      filledIn(`L = ${loss} = `),
      output("value", null, number(value)),
      ...told,
    );
    const first = slopes.find(({ key }) => key === "c") ?? slopes.at(-1);
    const meaning = first
      ? `a small push of ${first.letter} at this step would move L by ${first.slope} times as much`
      : "no state is handed on";
    this.gradient.replaceChildren(
      html("span", { class: "symbol" }, "∂L"),
      equation,
      html("span", { class: "caption" }, meaning),
    );
  }

  /**
   * Says what a quantity is and what it is now.
   * @param {string | null} quantity
   */
  explain(quantity) {
    this.explained = quantity;
    const { record, step, unit } = this.stage;
    const shown = quantity == null ? undefined : record?.symbols[quantity];
    if (!record || !quantity || !shown) {
      setText(this.meaning, HINT);
      return;
    }
    const { gradient, q, x } = record;
    /** @type {Record<string, number[][]>} */
    const series = { ...q, dc: gradient?.of.c ?? [], dh: gradient?.of.h ?? [], x };
    const back = this.stage.backward ? gradient?.of[quantity] : undefined;
    const slope = back ? ` ∂L/∂${shown.symbol} is ${shownText(back, record, unit, step)}.` : "";
    const now = shownText(series[quantity], record, unit, step);
    setText(this.meaning, `${shown.symbol}, ${shown.name}: ${shown.meaning}. Now ${now}.${slope}`);
  }

  /** The step in words, for whoever cannot see it. */
  sentence() {
    const { record, step, unit } = this.stage;
    if (!record) return "";
    const { symbols, q, x, names, lines, phrases, captions } = record;
    /** @param {{key: string}} line */
    const inWords = ({ key }) =>
      `${symbols[key].symbol} ${shownText(q[key], record, unit, step)}: ${phrases[captions[key][unit][step]]}`;
    const inputs = names.map((name, d) => `${name} ${number(x[d][step])}`).join(", ");
    const which = record.units > 1 ? `, unit ${unit + 1}` : "";
    return `Step ${step + 1} of ${record.steps}${which}. Input ${inputs}. ${lines.map(inWords).join(". ")}.`;
  }
}

// The weights of the chosen unit, grouped by gate in its colour: a slider that reports while it is dragged, and a
// number to type. Below them this step's input, the initial states, and for each gate the clamp.

import { Dial, plain } from "../shared/dial.js";
import { html, setText } from "../shared/dom.js";

/** @typedef {import("../shared/dial.js").Range} Range */
/** @typedef {import("./record.js").EditableRecord} EditableRecord */
/** @typedef {import("./stage.js").Stage} Stage */

/** @typedef {"f" | "i" | "g" | "o"} Gate */
/** @typedef {{name: string, label: (Node | string)[]}} Column  Of a row of weights. */
/** @typedef {{root: HTMLElement, dials: Dial[], clamp: HTMLSelectElement, level: Dial, wanted: string}} GateCard */

/** @type {Gate[]} */
const GATES = ["f", "i", "g", "o"];
/** @type {Gate[]} The order of the rows of weights. */
const ROWS = ["i", "f", "g", "o"];
const REACHES = [3, 6, 12, 30, 60, 120, 300, 1000]; // of a slider to both sides; the smallest that holds the weights
const LEAST = 3.1; // what the slider of a weight holds in any case
const MARGIN = 1.05; // of the reach over the largest weight

/** @type {Record<Gate, number[]>} What a gate is clamped to without a dial. */
const LEVELS = { f: [0, 1], i: [0, 1], g: [-1, 0, 1], o: [0, 1] };
/** @type {Record<number, string>} */
const LEVEL_NAMES = { 0: "held shut (0)", 1: "held open (1)" };

/** @type {Range} */
const SIGNED = { low: -1, high: 1 };

/** @param {Gate} gate */
const rangeOf = (gate) => (gate === "g" ? SIGNED : { low: 0, high: 1 });

/**
 * How far a slider must reach to hold these values.
 * @param {number[]} values
 * @param {number} [least] How far it reaches already.
 */
export function reachOf(values, least = 0) {
  const need = Math.max(...values.map(Math.abs)) * MARGIN;
  return Math.max(least, REACHES.find((reach) => reach >= need) ?? REACHES[REACHES.length - 1]);
}

/**
 * What the list of clamps shows.
 * @param {Gate} gate
 * @param {number | undefined} value What the gate is clamped to, if it is.
 * @param {string} wanted What a person has chosen last.
 */
export function clampOption(gate, value, wanted) {
  if (value == null) return "free";
  return LEVELS[gate].includes(value) && wanted !== "at" ? String(value) : "at";
}

export class Dials {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Record<string, number>} How far the sliders reach, by what they set. */
    this.reaches = {};
    this.origin = "";
    this.openCard = "f";
    this.shownUnit = -1;
    this.shownStep = -1;
    /** @type {Record<string, GateCard>} */
    this.gates = {};
    /** @type {Dial[]} */
    this.inputs = [];
    /** @type {Dial[]} */
    this.states = [];
    this.inputHead = html("h3", {}, "input");
    this.loss = this.makeLossCard();
    this.tabs = html("div", { class: "tabs", role: "group", "aria-label": "Weights shown" });
    this.cards = html("div", { class: "cards" });
    const label = "Weights, input and initial states";
    this.root = html("section", { class: "dials", "aria-label": label }, this.tabs, this.cards);
  }

  /** @param {EditableRecord} record */
  shape(record) {
    return [record.units, record.names];
  }

  /** @param {EditableRecord} record */
  build(record) {
    this.reaches = {};
    const limits = { low: -record.limit, high: record.limit };
    const columns = columnsOf(record);
    this.gates = Object.fromEntries(GATES.map((gate) => [gate, this.makeGateCard(record, gate, columns, limits)]));
    this.inputs = record.names.map((name, column) => this.makeInput(name, column, limits));
    this.states = [this.makeState("c0", "C", limits), this.makeState("h0", "h", limits)];
    this.cards.replaceChildren(
      ...GATES.map((gate) => this.gates[gate].root),
      card("x", html("header", {}, this.inputHead), this.inputs),
      card("start", html("header", {}, html("h3", {}, "before the first step")), this.states),
      this.loss.root,
    );
    this.buildTabs(record);
  }

  /**
   * @param {string} name
   * @param {number} column
   * @param {Range} limits
   */
  makeInput(name, column, limits) {
    /** @type {(value: number, done: boolean) => void} */
    const push = (value, done) => {
      const { step } = this.stage;
      this.stage.editor.edit(`x${step},${column}`, { kind: "x", step, column, value }, done);
    };
    return new Dial(`${name} at this step`, [name], push, limits);
  }

  /**
   * @param {"c0" | "h0"} kind
   * @param {string} symbol
   * @param {Range} limits
   */
  makeState(kind, symbol, limits) {
    /** @type {(value: number, done: boolean) => void} */
    const push = (value, done) => {
      const { unit } = this.stage;
      this.stage.editor.edit(`${kind}${unit}`, { kind, unit, value }, done);
    };
    return new Dial(`${symbol} before the first step`, [symbol, html("sub", {}, "0")], push, limits);
  }

  /**
   * @param {EditableRecord} record
   * @param {Gate} gate
   * @param {Column[]} columns
   * @param {Range} limits
   * @returns {GateCard}
   */
  makeGateCard({ symbols }, gate, columns, limits) {
    const { name, symbol } = symbols[gate];
    const dials = columns.map((column, k) => this.makeWeight(gate, name, column, k, limits));
    const clamp = this.makeClamp(gate, name);
    const level = new Dial(
      `Value of the ${name}`,
      ["at"],
      (value, done) => this.setClamp(gate, value, done),
      rangeOf(gate),
    );
    level.root.classList.add("level");
    const title = html("h3", { "data-q": gate }, html("i", {}, symbol), ` ${name}`);
    const root = card(gate, html("header", {}, title, clamp), [level, ...dials]);
    return { root, dials, clamp, level, wanted: "" };
  }

  /**
   * @param {Gate} gate
   * @param {string} gateName
   * @param {Column} column
   * @param {number} index
   * @param {Range} limits
   */
  makeWeight(gate, gateName, { name, label }, index, limits) {
    /** @type {(value: number, done: boolean) => void} */
    const push = (value, done) => {
      const { unit } = this.stage;
      this.stage.editor.edit(`${gate}${unit},${index}`, { kind: "weight", gate, unit, column: index, value }, done);
    };
    // Each dial needs a label of its own: a node stands in one place.
    const own = label.map((part) => (part instanceof Node ? part.cloneNode(true) : part));
    return new Dial(`${gateName}, ${name}`, own, push, limits);
  }

  /**
   * @param {Gate} gate
   * @param {string} name
   */
  makeClamp(gate, name) {
    /** @param {number} level */
    const text = (level) => (gate === "g" ? `held at ${plain(level).replace("-", "−")}` : LEVEL_NAMES[level]);
    const title = "Hold this gate at a value for the whole run";
    return html(
      "select",
      { class: "choice", "aria-label": `Clamp the ${name}`, title, onchange: () => this.chooseClamp(gate) },
      html("option", { value: "free" }, "free"),
      ...LEVELS[gate].map((level) => html("option", { value: level }, text(level))),
      html("option", { value: "at" }, "held at …"),
    );
  }

  /** The gradient: what number at the end of the run it is of. */
  makeLossCard() {
    /** @type {(loss: string | null, value: number, done: boolean) => void} */
    const send = (loss, value, done) => this.stage.editor.edit("loss", { kind: "loss", loss, value }, done);
    const kinds = { none: "nothing", c: "the last C", h: "the last h", target: "½(h − target)²" };
    const title = "The loss L whose gradient is walked back through the run";
    const kind = html(
      "select",
      { class: "choice", "aria-label": "Walk back from", title },
      ...Object.entries(kinds).map(([value, label]) => html("option", { value }, label)),
    );
    const target = new Dial("Target of the last h", ["target"], (value, done) => send("target", value, done), SIGNED);
    kind.addEventListener("change", () => {
      send(kind.value === "none" ? null : kind.value, kind.value === "target" ? (target.value ?? 0) : 0, true);
    });
    target.root.classList.add("level");
    return { root: card("loss", html("header", {}, html("h3", {}, "walk back from"), kind), [target]), kind, target };
  }

  /**
   * On a phone one card shows at a time, close to the diagram.
   * @param {EditableRecord} record
   */
  buildTabs({ symbols }) {
    /** @type {(card: string, label: string, name: string) => HTMLElement} */
    const tab = (card, label, name) => {
      const attributes = { type: "button", class: `tab ${card}`, "data-tab": card, "aria-label": name, title: name };
      return html("button", { ...attributes, onclick: () => this.open(card) }, label);
    };
    this.tabs.replaceChildren(
      ...GATES.map((gate) => tab(gate, symbols[gate].symbol, symbols[gate].name)),
      tab("x", "x", "input of this step"),
      tab("start", "C₀", "before the first step"),
      tab("loss", "∂L", "walk back from a loss"),
    );
    this.open(this.openCard);
  }

  /** @param {string} card */
  open(card) {
    this.openCard = card;
    for (const node of this.cards.children) node.classList.toggle("open", node.getAttribute("data-card") === card);
    for (const node of this.tabs.children) {
      node.setAttribute("aria-pressed", String(node.getAttribute("data-tab") === card));
    }
  }

  /** @param {Gate} gate */
  chooseClamp(gate) {
    const { clamp, level } = this.gates[gate];
    if (clamp.value === "free") this.setClamp(gate, null, true);
    else this.setClamp(gate, clamp.value === "at" ? (level.value ?? 0.5) : Number(clamp.value), true);
  }

  /**
   * @param {Gate} gate
   * @param {number | null} value null to let it go.
   * @param {boolean} done
   */
  setClamp(gate, value, done) {
    this.gates[gate].wanted = this.gates[gate].clamp.value;
    this.stage.editor.edit(`clamp${gate}`, { kind: "clamp", gate, value }, done);
  }

  /** @param {EditableRecord} record */
  update(record) {
    // Another preset: the sliders reach as far as its weights need. Within one they only ever grow.
    if (record.origin !== this.origin) this.reaches = {};
    this.origin = record.origin;
    this.showLoss(record);
    for (const gate of GATES) this.showClamp(gate, record.clamp[gate]);
  }

  /**
   * @param {Gate} gate
   * @param {number | undefined} value
   */
  showClamp(gate, value) {
    const { clamp, level, root, wanted } = this.gates[gate];
    const option = clampOption(gate, value, wanted);
    root.classList.toggle("held", value != null);
    root.classList.toggle("at", option === "at");
    if (clamp.value !== option) clamp.value = option;
    if (value != null) level.show(value, rangeOf(gate));
  }

  /** @param {EditableRecord} record */
  showLoss({ gradient }) {
    const { root, kind, target } = this.loss;
    const option = gradient?.kind ?? "none";
    if (kind.value !== option) kind.value = option;
    root.classList.toggle("at", option === "target");
    target.show(gradient?.target ?? 0, SIGNED);
  }

  /**
   * The range of the sliders that set these values; it grows and never shrinks.
   * @param {string} key
   * @param {number[]} values
   * @returns {Range}
   */
  rangeFor(key, values) {
    const reach = reachOf(values, this.reaches[key]);
    this.reaches[key] = reach;
    return { low: -reach, high: reach };
  }

  /**
   * @param {EditableRecord} record
   * @param {number} step
   * @param {number} unit
   */
  show(record, step, unit) {
    // While the hand is ahead of the answers, the controls belong to the hand.
    if (this.stage.editor.pending && this.shownUnit === unit && this.shownStep === step) return;
    this.shownUnit = unit;
    this.shownStep = step;
    for (const gate of GATES) {
      const row = record.rows[ROWS.indexOf(gate) * record.units + unit];
      const range = this.rangeFor(`${gate}${unit}`, [LEAST, ...row]);
      for (const [column, dial] of this.gates[gate].dials.entries()) dial.show(row[column], range);
    }
    const range = this.rangeFor("x", record.x.flat());
    for (const [d, dial] of this.inputs.entries()) dial.show(record.x[d][step], range);
    setText(this.inputHead, `input at step ${step + 1}`);
    for (const [k, dial] of this.states.entries()) {
      const value = [record.c0, record.h0][k][unit];
      dial.show(value, this.rangeFor(`state${k}`, [value]));
    }
  }
}

/**
 * @param {string} name
 * @param {HTMLElement} header
 * @param {Dial[]} dials
 */
const card = (name, header, dials) =>
  html("div", { class: `card ${name}`, "data-card": name }, header, ...dials.map(({ root }) => root));

/**
 * The columns of the rows of weights: one for each input, one for each unit, and the bias.
 * @param {EditableRecord} record
 * @returns {Column[]}
 */
function columnsOf({ names, units }) {
  /** @param {string} of */
  const column = (of) => ({ name: `weight on ${of}`, label: ["w", html("sub", {}, of)] });
  const states = Array.from({ length: units }, (_, k) => (units === 1 ? "h" : `h${k + 1}`));
  return [...names.map(column), ...states.map(column), { name: "bias", label: ["b"] }];
}

// The weights of a cell as a board: one field for each. Drag sideways, type, press the arrow keys; a double click is 0.

import { parse, plain } from "../shared/dial.js";
import { html, setText } from "../shared/dom.js";

/**
 * A gate: its rows begin at `row`, one for each unit.
 * @typedef {object} Gate
 * @property {string} key
 * @property {string} symbol
 * @property {string} name
 * @property {string} light
 * @property {string} dark
 * @property {number} row
 */

/** @typedef {(row: number, column: number, value: number, done: boolean) => void} Push */

const STEP = 0.1; // of an arrow key, and of a pixel that a hand drags
const LARGER = 10; // times as far with Shift held for a key
const FINER = 0.1; // times as far with Shift held for a drag
const PAGE = 50; // steps of the keys Page Up and Page Down
const SLACK = 4; // pixels after which a press is a drag

/**
 * A weight that was moved, on the grid of steps and within the range.
 * @param {number} value
 * @param {number} by
 * @param {number} largest
 */
export const moved = (value, by, largest) =>
  Math.max(-largest, Math.min(largest, Math.round((value + by) * 100) / 100)) + 0;

/**
 * How far a key moves a weight; 0 for another key.
 * @param {{key: string, shiftKey: boolean}} event
 */
export function keyStep({ key, shiftKey }) {
  const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: PAGE, PageDown: -PAGE }[key] ?? 0;
  return steps * STEP * (shiftKey ? LARGER : 1);
}

class Weight {
  /**
   * @param {string} name For a screen reader.
   * @param {number} largest
   * @param {(value: number, done: boolean) => void} push
   */
  constructor(name, largest, push) {
    this.largest = largest;
    this.push = push;
    this.value = 0;
    this.field = html("input", {
      type: "text",
      inputmode: "decimal",
      role: "spinbutton",
      "aria-label": name,
      "aria-valuemin": -largest,
      "aria-valuemax": largest,
      autocomplete: "off",
      spellcheck: "false",
    });
    this.rail = html("span", { class: "rail", "aria-hidden": "true" });
    this.root = html("div", { class: "weight" }, this.field, this.rail);
    this.field.addEventListener("change", () => this.type());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.field.addEventListener("focus", () => this.field.select());
    this.field.addEventListener("input", () => this.root.toggleAttribute("data-typing", true));
    this.root.addEventListener("dblclick", (event) => {
      event.preventDefault();
      this.set(0, true);
    });
    this.root.addEventListener("pointerdown", (event) => this.drag(event));
  }

  /**
   * Takes a number from the hand.
   * @param {number} value
   * @param {boolean} done
   */
  set(value, done) {
    this.show(value);
    this.push(value, done);
  }

  /** @param {number} value */
  show(value) {
    this.value = value;
    this.root.removeAttribute("data-typing");
    this.root.removeAttribute("data-wrong");
    this.field.removeAttribute("aria-invalid");
    const text = plain(value).replace("-", "−");
    if (this.field.value !== text) this.field.value = text;
    this.field.setAttribute("aria-valuenow", String(value));
    this.root.classList.toggle("zero", value === 0);
    const place = 50 + (50 * value) / this.largest;
    this.rail.style.setProperty("--from", `${Math.min(50, place)}%`);
    this.rail.style.setProperty("--to", `${Math.max(50, place)}%`);
    this.rail.style.setProperty("--at", `${place}%`);
  }

  get isTyping() {
    return this.root.hasAttribute("data-typing");
  }

  type() {
    const value = parse(this.field.value, { low: -this.largest, high: this.largest });
    if (value === null) {
      this.root.toggleAttribute("data-wrong", true);
      this.field.setAttribute("aria-invalid", "true");
      return;
    }
    this.set(value + 0, true);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.key === "Escape") this.show(this.value);
    const step = keyStep(event);
    if (!step) return;
    event.preventDefault();
    const typed = parse(this.field.value, { low: -this.largest, high: this.largest });
    this.set(moved(typed ?? this.value, step, this.largest), true);
  }

  /** @param {PointerEvent} down */
  drag(down) {
    if (down.button !== 0) return;
    const from = this.value;
    let dragging = false;
    const listening = new AbortController();
    const { signal } = listening;
    /** @param {PointerEvent} event */
    const follow = (event) => {
      if (event.pointerId !== down.pointerId) return;
      const way = event.clientX - down.clientX;
      if (!dragging && Math.abs(way) < SLACK) return;
      if (!dragging) {
        dragging = true;
        this.root.classList.add("dragging");
        this.field.blur();
      }
      this.set(moved(from, way * STEP * (event.shiftKey ? FINER : 1), this.largest), false);
    };
    /** @param {PointerEvent} event */
    const end = (event) => {
      if (event.pointerId !== down.pointerId) return;
      listening.abort();
      this.root.classList.remove("dragging");
      if (dragging) this.set(this.value, true);
    };
    // A fast hand is beyond this field with its first move.
    window.addEventListener("pointermove", follow, { signal });
    window.addEventListener("pointerup", end, { signal });
    window.addEventListener("pointercancel", end, { signal });
  }
}

export class Weights {
  /** @param {Push} push */
  constructor(push) {
    this.push = push;
    /** @type {Weight[][]} By row and column, as in the record. */
    this.fields = [];
    this.largest = 0;
    this.error = html("p", { class: "error", role: "alert" });
    const check = () => this.showError();
    this.table = html("div", { class: "tables", onchange: check, onkeydown: check });
    this.root = html("div", { class: "weights" }, this.table, this.error);
  }

  /**
   * @param {object} shape
   * @param {Gate[]} shape.gates
   * @param {string[]} shape.columns
   * @param {number} shape.units
   * @param {number} shape.largest
   */
  build({ gates, columns, units, largest }) {
    this.fields = [];
    const tables = Array.from({ length: units }, (_, unit) => {
      const title = units > 1 ? [html("caption", {}, `unit ${unit + 1}`)] : [];
      const head = columns.map((name) => html("th", { scope: "col" }, ...label(name)));
      const rows = gates.map((gate) => this.row(gate, unit, columns, { units, largest }));
      return html(
        "table",
        {},
        ...title,
        html("thead", {}, html("tr", {}, html("td"), ...head)),
        html("tbody", {}, ...rows),
      );
    });
    this.table.replaceChildren(...tables);
    this.table.classList.toggle("several", units > 1);
    this.largest = largest;
    this.table.style.setProperty("--columns", String(columns.length));
  }

  /**
   * @param {Gate} gate
   * @param {number} unit
   * @param {string[]} columns
   * @param {{units: number, largest: number}} shape
   */
  row(gate, unit, columns, { units, largest }) {
    const at = gate.row + unit;
    const of = units > 1 ? ` of unit ${unit + 1}` : "";
    this.fields[at] = columns.map((column, k) => {
      const what = column === "b" ? "bias" : `weight on ${column}`;
      return new Weight(`${gate.name}${of}, ${what}`, largest, (value, done) => this.push(at, k, value, done));
    });
    const head = html(
      "th",
      { scope: "row", "data-q": gate.key },
      html("i", { class: "symbol", "data-q": gate.key }, gate.symbol),
      html("span", {}, gate.name),
    );
    return html("tr", { "data-q": gate.key }, head, ...this.fields[at].map(({ root }) => html("td", {}, root)));
  }

  /** @param {number[][]} rows */
  show(rows) {
    rows.forEach((row, r) => {
      row.forEach((value, k) => {
        const field = this.fields[r]?.[k];
        if (field && !field.isTyping) field.show(value);
      });
    });
    if (!this.table.querySelector("[data-wrong]")) setText(this.error, "");
  }

  showError() {
    const wrong = this.table.querySelector("[data-wrong]");
    setText(this.error, wrong ? `Type a number from −${this.largest} to ${this.largest}.` : "");
  }
}

/** @param {string} column */
function label(column) {
  if (column === "b") return [html("i", {}, "b")];
  const state = column.match(/^h(\d?)$/);
  return [html("i", {}, "w"), html("sub", {}, state ? `h${state[1]}` : column)];
}

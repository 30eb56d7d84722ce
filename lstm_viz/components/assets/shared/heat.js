// A heat strip: rows of quantities, columns of steps, one cursor. It is a timeline and a scrubber.

import { heatColour } from "./colour.js";
import { html, setText } from "./dom.js";
import { number } from "./format.js";

const READABLE = 38; // pixels that a column needs to hold a number
const NUMBERED = 20; // pixels that the number of a step needs
const EVERY = [1, 2, 5, 10, 20]; // which steps are numbered where columns are narrow

/**
 * What decides the elements of a row.
 * @typedef {object} RowShape
 * @property {string} [quantity] For highlighting.
 * @property {string} [name] The class of its label.
 * @property {string} [title] Makes the row a heading and nothing else.
 */

/**
 * What a row shows.
 * @typedef {object} RowValues
 * @property {string} [title]
 * @property {string} [label]
 * @property {string} hue The colour of a gate or of a heading, as #rrggbb.
 * @property {number[]} [values] One for each step.
 * @property {number | null} [full] The magnitude that is fully coloured; null for a gate, from 0 to 1.
 */

/** @typedef {{node: HTMLElement, background: string}} Cell */

/**
 * How a strip of this many pixels is numbered.
 * @param {number} width
 * @param {number} steps
 * @returns {{readable: boolean, every: number, apart: number}} Whether numbers fit into the cells, which steps are
 *   numbered, and how many columns the number of a step needs.
 */
export function fit(width, steps) {
  const column = width / steps;
  return {
    readable: column >= READABLE,
    every: EVERY.find((n) => n * column >= NUMBERED) ?? EVERY[EVERY.length - 1],
    apart: Math.ceil(NUMBERED / column),
  };
}

/**
 * Where the arrow keys, Home and End lead from a step; undefined for another key.
 * @param {KeyboardEvent} event
 * @param {number} step
 */
export function stepOfKey({ key, altKey, ctrlKey, metaKey }, step) {
  if (altKey || ctrlKey || metaKey) return undefined;
  if (key === "ArrowLeft") return step - 1;
  if (key === "ArrowRight") return step + 1;
  if (key === "Home") return 0;
  return key === "End" ? Number.POSITIVE_INFINITY : undefined;
}

export class HeatStrip {
  /** @param {(step: number) => void} goto Is called with the step that a person points at. */
  constructor(goto) {
    this.steps = 1;
    this.readable = false;
    this.apart = 1;
    /** @type {HTMLElement[]} */
    this.heads = [];
    /** @type {{label: HTMLElement, cells: Cell[]}[]} */
    this.rows = [];
    this.grid = html("div", { class: "cells" });
    this.cursor = html("div", { class: "cursor", "aria-hidden": "true" });
    this.scrubber = html(
      "div",
      { class: "scrubber", role: "slider", tabindex: "0", "aria-label": "Step of the run", "aria-valuemin": 1 },
      this.grid,
      this.cursor,
    );
    this.labels = html("div", { class: "labels", "aria-hidden": "true" });
    this.root = html("div", { class: "strip" }, this.labels, this.scrubber);
    /** @param {PointerEvent} event */
    const scrub = ({ clientX }) => {
      const { left, width } = this.scrubber.getBoundingClientRect();
      goto(Math.floor(((clientX - left) / width) * this.steps));
    };
    this.scrubber.addEventListener("pointerdown", scrub);
    this.scrubber.addEventListener("pointermove", (event) => {
      if (event.buttons) scrub(event);
    });
  }

  /**
   * Makes the elements; what they show comes with `colour`.
   * @param {number} steps
   * @param {RowShape[]} rows
   */
  build(steps, rows) {
    this.steps = steps;
    this.heads = Array.from({ length: steps }, (_, t) => html("span", { class: "head" }, String(t + 1)));
    this.rows = rows.map(({ quantity, name, title }) => {
      const attributes = { class: title ? "title" : "cell", "data-q": quantity };
      const cell = () => ({ node: html("span", attributes), background: "" });
      return {
        label: html("span", { class: `label ${name ?? ""}`, "data-q": quantity }),
        cells: Array.from({ length: title ? 1 : steps }, cell),
      };
    });
    this.grid.style.setProperty("--steps", String(steps));
    this.grid.replaceChildren(...this.heads, ...this.rows.flatMap(({ cells }) => cells.map(({ node }) => node)));
    this.labels.replaceChildren(html("span", { class: "head" }, "step"), ...this.rows.map(({ label }) => label));
    this.scrubber.setAttribute("aria-valuemax", String(steps));
  }

  /** Fits numbers and step numbers to the width there is; the numbers themselves come with `colour`. */
  resize() {
    const { readable, every, apart } = fit(this.scrubber.clientWidth, this.steps);
    this.readable = readable;
    this.apart = apart;
    this.root.classList.toggle("colours-only", !readable);
    this.heads.forEach((head, t) => {
      head.classList.toggle("unnumbered", (t + 1) % every !== 0);
      // A number wider than its column must not reach beyond the last one.
      head.classList.toggle("last", apart > 1 && t >= this.steps - apart);
    });
  }

  /**
   * Moves the cursor.
   * @param {number} step
   * @param {string} words The step in words, for a screen reader.
   */
  show(step, words) {
    // heat.css keeps the cursor wide enough to be seen; at the end of a long run it must not reach beyond.
    this.cursor.style.left = `min(${(100 * step) / this.steps}%, 100% - 6px)`;
    this.cursor.style.width = `${100 / this.steps}%`;
    this.heads.forEach((head, t) => {
      head.classList.toggle("now", t === step);
      // The number of the step shown needs the room of its neighbours.
      head.classList.toggle("beside", t !== step && Math.abs(t - step) < this.apart);
    });
    this.scrubber.setAttribute("aria-valuenow", String(step + 1));
    this.scrubber.setAttribute("aria-valuetext", words);
  }

  /**
   * Shows the numbers of all rows, in the order in which they were built.
   * @param {RowValues[]} rows
   * @param {boolean} dark Whether the page is dark.
   */
  colour(rows, dark) {
    rows.forEach(({ label = "", hue, values = [], full = null, title }, k) => {
      const { label: name, cells } = this.rows[k];
      if (title) {
        setText(cells[0].node, title);
        cells[0].node.style.color = hue;
        return;
      }
      setText(name, label);
      const scale = { full, hue, dark };
      cells.forEach((cell, t) => {
        this.paint(cell, values[t], scale);
      });
    });
  }

  /**
   * @param {Cell} cell
   * @param {number} value
   * @param {{full: number | null, hue: string, dark: boolean}} scale
   */
  paint(cell, value, scale) {
    const { background, text } = heatColour(value, scale);
    // Most cells of a run stay as they are while one weight moves, and to set a style again is not free.
    if (cell.background !== background) {
      cell.background = background;
      cell.node.style.backgroundColor = background;
      cell.node.style.color = text;
    }
    cell.node.classList.toggle("negative", value < 0);
    setText(cell.node, this.readable ? number(value) : "");
  }

  /**
   * Colours the labels; headings have their colour from `colour`.
   * @param {(string | undefined)[]} hues One a row; undefined leaves the colour of the style sheet.
   */
  colourLabels(hues) {
    hues.forEach((hue, k) => {
      this.rows[k].label.style.color = hue ?? "";
    });
  }
}

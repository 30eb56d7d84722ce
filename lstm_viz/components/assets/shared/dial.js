// One number that a person sets: a slider that reports while it is dragged, and a field to type into.

import { html, setText } from "./dom.js";

const POSITIONS = 600; // of a slider that any number may be set with: about as many as it has pixels

/**
 * What may be set.
 * @typedef {object} Range
 * @property {number} low
 * @property {number} high
 * @property {boolean} [whole] Whether it is whole numbers only.
 */

/**
 * A number as one types it.
 * @param {number} value
 */
export const plain = (value) => String(Math.round(value * 1e6) / 1e6);

/**
 * What a person has typed, or null if it may not be set.
 * @param {string} text
 * @param {Range} range
 */
export function parse(text, { low, high, whole = false }) {
  const typed = text.trim().replace("−", "-").replace(",", ".");
  const value = Number(typed);
  if (typed === "" || !Number.isFinite(value) || (whole && !Number.isInteger(value))) return null;
  return value >= low && value <= high ? value : null;
}

/**
 * How far a slider moves at a time.
 * @param {Range} range
 */
export function stepOf({ low, high, whole = false }) {
  if (whole) return 1;
  const position = (high - low) / POSITIONS;
  if (position > 0.05) return 0.1;
  return position > 0.015 ? 0.02 : 0.01;
}

/**
 * What an arrow key makes of a value: one step further, and no further than the range.
 * @param {number} value
 * @param {number} direction 1 for up, −1 for down.
 * @param {number} step
 * @param {Range} range
 */
export const nudged = (value, direction, step, { low, high }) =>
  Math.max(low, Math.min(high, value + direction * step));

/**
 * Where the filled part of a slider's rail begins and ends, in percent: it reaches from 0 to the value.
 * @param {number} value
 * @param {Range} range
 * @returns {[number, number]}
 */
export function filledPart(value, { low, high }) {
  /** @param {number} at */
  const place = (at) => (100 * (at - low)) / (high - low);
  const zero = place(Math.max(low, Math.min(high, 0)));
  const end = place(value);
  return zero < end ? [zero, end] : [end, zero];
}

let made = 0;

export class Dial {
  /**
   * @param {string} name The full name, for a screen reader.
   * @param {(Node | string)[]} label
   * @param {(value: number, done: boolean) => void} push Is called while the hand moves, with `done` once it lets go.
   * @param {Range} limits What may be typed; the slider may have a smaller range.
   */
  constructor(name, label, push, limits) {
    this.push = push;
    this.limits = limits;
    /** @type {number | undefined} The value shown last. */
    this.value = undefined;
    /** @type {string | undefined} What `show` has drawn last. */
    this.drawn = undefined;
    this.slider = html("input", { type: "range", "aria-label": name });
    this.field = html("input", {
      type: "text",
      inputmode: "decimal",
      "aria-label": `${name}, number`,
      spellcheck: "false",
      autocomplete: "off",
    });
    made += 1;
    this.error = html("span", { class: "error", role: "alert", id: `error-${made}` });
    this.field.setAttribute("aria-describedby", this.error.id);
    const title = html("span", { class: "name" }, ...label);
    this.root = html("div", { class: "dial" }, title, this.slider, this.field, this.error);
    this.slider.addEventListener("input", () => this.slide(false));
    this.slider.addEventListener("change", () => this.slide(true));
    this.field.addEventListener("input", () => this.field.toggleAttribute("data-typing", true));
    this.field.addEventListener("change", () => this.type());
    this.field.addEventListener("keydown", (event) => this.nudge(event));
    this.field.addEventListener("focus", () => this.field.select());
  }

  /** @param {boolean} done */
  slide(done) {
    const value = Number(this.slider.value);
    this.field.value = plain(value);
    this.showError("");
    this.fill();
    this.push(value, done);
  }

  type() {
    this.field.removeAttribute("data-typing");
    const value = parse(this.field.value, this.limits);
    if (value === null) {
      const { low, high, whole } = this.limits;
      this.showError(`Type a ${whole ? "whole " : ""}number from ${plain(low).replace("-", "−")} to ${plain(high)}.`);
      return;
    }
    this.showError("");
    this.push(value, true);
  }

  /** @param {KeyboardEvent} event */
  nudge(event) {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    const value = parse(this.field.value, this.limits);
    if (!direction || value === null) return;
    event.preventDefault();
    this.field.value = plain(nudged(value, direction, Number(this.slider.step), this.limits));
    this.type();
  }

  /** @param {string} text */
  showError(text) {
    setText(this.error, text);
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /**
   * Takes the value of the run, unless the hand or the keyboard is busy here.
   * @param {number} value
   * @param {Range} range What the slider reaches.
   */
  show(value, range) {
    // A step of the run shows every dial again, and of thirty hardly one has changed.
    if (this.state(value, range) === this.drawn) return;
    this.slider.min = String(range.low);
    this.slider.max = String(range.high);
    this.slider.step = String(stepOf(range));
    if (Number(this.slider.value) !== value) this.slider.value = String(value);
    const typing = this.field.hasAttribute("data-typing");
    const refused = this.field.hasAttribute("aria-invalid") && value === this.value;
    if (!typing && !refused) {
      this.field.value = plain(value);
      this.showError("");
    }
    this.value = value;
    this.fill();
    this.drawn = this.state(value, range);
  }

  /**
   * Whatever `show` depends on, in one string.
   * @param {number} value
   * @param {Range} range
   */
  state(value, { low, high }) {
    return [value, low, high, this.slider.value, this.field.value].join(" ");
  }

  fill() {
    const { min, max, value } = this.slider;
    const [from, to] = filledPart(Number(value), { low: Number(min), high: Number(max) });
    // The slider snaps to its own steps; what it stands for need not.
    this.slider.setAttribute("aria-valuetext", this.field.value);
    this.slider.style.setProperty("--from", `${from}%`);
    this.slider.style.setProperty("--to", `${to}%`);
  }
}

// The gates on one sequence while they are learned: a heat strip, and a slider over the time of training. Sliding,
// playing and stepping stay in the browser. Charts of the same run follow by the events of page.js: what they call a
// step is an update here, counted from 1.

import { followTheme } from "../shared/colour.js";
import { html, prefersReducedMotion } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { HeatStrip, stepOfKey } from "../shared/heat.js";
import { mount } from "../shared/mount.js";
import * as page from "../shared/page.js";
import { StepLabels } from "./labels.js";
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";

/**
 * @typedef {object} Row
 * @property {string} key
 * @property {string} symbol
 * @property {string} light Its colour on a light page, as #rrggbb.
 * @property {string} dark
 * @property {number | null} full
 */

/**
 * The network after so many updates.
 * @typedef {object} Frame
 * @property {number} update
 * @property {string} score In words; may be empty.
 * @property {number[][]} values Those of each row, one a step.
 */

/**
 * See `timeline_record` in Python.
 * @typedef {object} TimelineRecord
 * @property {string} run The name under which charts follow the update shown.
 * @property {string} origin What is shown: another opens on its last frame.
 * @property {string | null} begun The id of a run that has just begun, if one has.
 * @property {number} steps
 * @property {string[]} labels What each step is; may be empty.
 * @property {number[]} marks Steps that matter.
 * @property {(Row & {values: number[]})[]} inputs
 * @property {Row[]} rows
 * @property {Frame[]} frames
 */

/** @typedef {Row & {hue: string}} ShownRow */

/**
 * The frame that is nearest to an update.
 * @param {{update: number}[]} frames
 * @param {number} update
 */
export function nearestFrame(frames, update) {
  const away = frames.map((frame) => Math.abs(frame.update - update));
  return away.indexOf(Math.min(...away));
}

/** @param {number} update */
export function positionOf(update) {
  return update ? `after ${update.toLocaleString("en-GB")} update${update === 1 ? "" : "s"}` : "before training";
}

export class Timeline {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {TimelineRecord | undefined} */
    this.record = undefined;
    this.frame = 0;
    this.step = 0;
    this.dark = false;
    this.shape = "";
    /** @type {ShownRow[]} */
    this.rows = [];
    /** @type {number[][]} */
    this.values = [];
    this.player = new Player((frame) => this.show(frame));
    this.heat = new HeatStrip((step) => this.point(step));
    this.labels = new StepLabels(this.heat);
    this.transcript = new Transcript((step) => this.point(step));
    this.numbers = html("p", { class: "numbers" });
    this.heat.scrubber.setAttribute("aria-label", "Step of the sequence");
    this.heat.scrubber.addEventListener("keydown", (event) => {
      const step = stepOfKey(event, this.step);
      if (step === undefined) return;
      event.preventDefault();
      this.point(step);
    });
    root.replaceChildren(this.player.root, this.heat.root, this.transcript.root, this.numbers);
    this.listening = new AbortController();
    page.onStepRequest(({ run, step }) => run === this.record?.run && this.goToUpdate(step + 1), this.listening.signal);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(root);
  }

  /** @param {TimelineRecord} record */
  update(record) {
    const before = this.record;
    const another = before?.origin !== record.origin;
    const atEnd = !before || another || this.frame === before.frames.length - 1;
    this.record = record;
    this.dark = followTheme(this.root);
    this.rows = [...record.inputs, ...record.rows].map((row) => ({ ...row, hue: this.dark ? row.dark : row.light }));
    const shape = JSON.stringify([record.steps, record.labels, record.marks, this.rows.map(({ key }) => key)]);
    if (shape !== this.shape) this.build(record);
    this.shape = shape;
    this.heat.colourLabels(this.rows.map(({ hue }) => hue));
    this.player.load(record.frames.length);
    if (atEnd) this.show(record.frames.length - 1);
    // By its update, not by its place: a long run thins out its snapshots.
    else this.goToUpdate(before.frames[this.frame].update);
    if (before && record.begun && record.begun !== before.begun) this.comeIntoView();
  }

  /** @param {TimelineRecord} record */
  build(record) {
    // An input is called by a word, in upright letters; all else by its symbol.
    const rows = this.rows.map(({ key }) => ({ quantity: key, name: key === "x" ? "word" : "" }));
    this.heat.build(record.steps, rows);
    this.labels.build(record);
    this.transcript.build(record);
    this.fit();
    this.step = record.marks[0] ?? 0;
  }

  /** Whoever has pressed Train wants to see what it does; where the timeline is seen already, the page stays. */
  comeIntoView() {
    const { top, bottom } = this.root.getBoundingClientRect();
    if (top >= 0 && bottom <= window.innerHeight) return;
    this.root.scrollIntoView({ block: "center", behavior: prefersReducedMotion() ? "auto" : "smooth" });
  }

  fit() {
    this.heat.resize();
    this.transcript.resize(this.labels.resize());
  }

  resize() {
    if (!this.record) return;
    this.fit();
    this.show(this.frame);
  }

  /** @param {number} update */
  goToUpdate(update) {
    if (this.record) this.show(nearestFrame(this.record.frames, update));
  }

  /** @param {number} frame */
  show(frame) {
    if (!this.record) return;
    this.frame = frame;
    const { update, score, values } = this.record.frames[frame];
    this.values = [...this.record.inputs.map((row) => row.values), ...values];
    const rows = this.rows.map(({ symbol, hue, full }, k) => ({ label: symbol, hue, full, values: this.values[k] }));
    this.heat.colour(rows, this.dark);
    this.transcript.colour(this.rows, this.values, this.dark);
    this.player.show(frame, positionOf(update), score);
    this.point(this.step);
    page.announceStep(this.record.run, update - 1);
  }

  /** @param {number} step */
  point(step) {
    if (!this.record) return;
    const { steps, labels, marks } = this.record;
    this.step = Math.max(0, Math.min(steps - 1, step));
    const label = labels[this.step];
    this.transcript.show(this.step);
    const name = `Step ${this.step + 1}${label ? ` “${label}”` : ""}${marks.includes(this.step) ? ", marked" : ""}`;
    const texts = this.values.map((values) => number(values[this.step]));
    this.heat.show(this.step, `${name}. ${this.rows.map(({ symbol }, k) => `${symbol} ${texts[k]}`).join(", ")}`);
    this.numbers.replaceChildren(
      html("span", { class: "step-name" }, name),
      ...this.rows.map(({ key, symbol, hue }, k) => {
        const shown = html("i", { class: key === "x" ? "word" : null }, symbol);
        shown.style.color = hue;
        return html("span", { class: "number" }, shown, ` ${texts[k]}`);
      }),
    );
  }

  dispose() {
    this.player.pause();
    this.listening.abort();
    this.resizing.disconnect();
  }
}

export default mount(".timeline", (root) => new Timeline(root));

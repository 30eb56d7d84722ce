// Several cells on the same input, as heat strips under one cursor. Steps stay in the browser; every strip, chart and
// stage of the same run follows by the events of page.js.

import { followTheme } from "../shared/colour.js";
import { html, setText } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { HeatStrip, stepOfKey } from "../shared/heat.js";
import { mount } from "../shared/mount.js";
import * as page from "../shared/page.js";

/**
 * A quantity of a cell; see `strips_record` in Python.
 * @typedef {object} Row
 * @property {string} key
 * @property {string} symbol
 * @property {string} light Its colour on a light page, as #rrggbb.
 * @property {string} dark
 * @property {number[]} values One a step.
 * @property {number | null} full
 */

/** @typedef {{title: string, light?: string, dark?: string, rows: Row[]}} Group */

/** @typedef {page.Opening & {key: string, reply?: number, groups: Group[]}} StripsRecord */

/** @typedef {import("../shared/heat.js").RowShape & import("../shared/heat.js").RowValues} StripRow */

const NAMED = "xch"; // what a screen reader is told of a step: input and states

const REST = 350; // milliseconds after which the step is written into the address

class Strips {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {StripsRecord | undefined} */
    this.record = undefined;
    this.step = 0;
    this.dark = false;
    this.shape = "";
    /** @type {StripRow[]} */
    this.rows = [];
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    this.heat = new HeatStrip((step) => this.request(step));
    this.position = html("p", { class: "position" });
    root.replaceChildren(this.position, this.heat.root);
    this.heat.scrubber.addEventListener("keydown", (event) => {
      const step = stepOfKey(event, this.step);
      if (step === undefined) return;
      event.preventDefault();
      this.request(step);
    });
    this.listening = new AbortController();
    this.listen(this.listening.signal);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(root);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    /** @param {page.StepDetail} detail */
    const isNews = ({ run, step }) => run === this.record?.run && step !== this.step;
    page.onStep((detail) => isNews(detail) && this.take(detail.step), signal);
    page.onStepRequest((detail) => isNews(detail) && this.goto(detail.step), signal);
    page.onPreview(
      () => this.record?.key,
      (/** @type {Partial<StripsRecord>} */ preview) => this.record && this.draw({ ...this.record, ...preview }),
      signal,
    );
  }

  /** @param {StripsRecord} record */
  update(record) {
    if (!this.record || !page.isOutdated(record)) this.draw(record);
  }

  /** @param {StripsRecord} record */
  draw(record) {
    const another = this.record && record.origin !== this.record.origin;
    this.step = this.record
      ? Math.min(another ? record.opening : this.step, record.steps - 1)
      : page.openingStep(record);
    this.record = record;
    this.dark = followTheme(this.root);
    this.rows = record.groups.flatMap((group) => this.rowsOf(group));
    const shape = JSON.stringify([record.steps, this.rows.map(({ title, quantity }) => [title, quantity])]);
    if (shape !== this.shape) {
      this.heat.build(record.steps, this.rows);
      this.heat.resize();
    }
    this.shape = shape;
    this.heat.colourLabels(this.rows.map(({ hue }) => hue));
    this.colour();
    this.announce();
  }

  /**
   * @param {Group} group
   * @returns {StripRow[]}
   */
  rowsOf({ title, light = "", dark = "", rows }) {
    /** @param {{light: string, dark: string}} colours */
    const hueOf = (colours) => (this.dark ? colours.dark : colours.light);
    return [
      ...(title ? [{ title, hue: hueOf({ light, dark }) }] : []),
      ...rows.map(({ key, symbol, values, full, ...colours }) => ({
        quantity: key,
        name: key,
        label: symbol,
        values,
        full,
        hue: hueOf(colours),
      })),
    ];
  }

  colour() {
    this.heat.colour(this.rows, this.dark);
    this.take(this.step);
  }

  resize() {
    if (!this.record) return;
    this.heat.resize();
    this.colour();
  }

  /**
   * What a person asks for here is asked of everything that shows this run, this included.
   * @param {number} step
   */
  request(step) {
    if (!this.record) return;
    page.requestStep(this.record.run, Math.max(0, Math.min(this.record.steps - 1, step)));
  }

  /** @param {number} step */
  goto(step) {
    this.take(step);
    this.announce();
  }

  /** @param {number} step */
  take(step) {
    if (!this.record) return;
    const { steps, groups } = this.record;
    this.step = Math.min(step, steps - 1);
    this.position.textContent = `step ${this.step + 1} of ${steps}`;
    this.heat.show(this.step, sentence(groups, this.step, steps));
    this.nameRows();
  }

  /** Where columns are too narrow for numbers, that of the step shown stands beside the letter. */
  nameRows() {
    this.rows.forEach(({ label = "", values }, k) => {
      if (!values) return;
      setText(this.heat.rows[k].label, this.heat.readable ? label : `${label} ${number(values[this.step])}`);
    });
  }

  announce() {
    if (!this.record) return;
    page.announceStep(this.record.run, this.step);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => page.writeStep(this.step), REST);
  }

  dispose() {
    clearTimeout(this.resting);
    this.listening.abort();
    this.resizing.disconnect();
  }
}

/**
 * The step in words, for whoever cannot see it.
 * @param {Group[]} groups
 * @param {number} step
 * @param {number} steps
 */
function sentence(groups, step, steps) {
  const parts = groups.map(({ title, rows }) => {
    const named = rows.filter(({ key }) => NAMED.includes(key));
    return `${title || "Input"}: ${named.map(({ symbol, values }) => `${symbol} ${number(values[step])}`).join(", ")}`;
  });
  return `Step ${step + 1} of ${steps}. ${parts.join(". ")}.`;
}

export default mount(".strips", (root) => new Strips(root));

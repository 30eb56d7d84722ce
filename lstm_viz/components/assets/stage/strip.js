// The heat strip: every quantity of the chosen unit at every step. It is the timeline and the scrubber.
// Gates use a scale from 0 to 1 in their own colour; what has a sign uses two colours around 0.

import { mix } from "../shared/colour.js";
import { html, setText } from "../shared/dom.js";
import { number } from "../shared/format.js";

const READABLE = 38; // pixels a column needs to hold a number
const NEGATIVE = { light: "#5b5fc7", dark: "#8c90f2" };
const POSITIVE = { light: "#c8890b", dark: "#e3a72f" };

/** The rows, top to bottom: key, label, sign (for colour and meaning), values of a unit. */
function rows({ inputs, names, ghost, gradient, q, x, scale }) {
  const signed = (key, label, sign, values, full) => ({ key, label, sign, values, full });
  const gate = (key) => ({ key, label: null, sign: key, values: q[key], full: null });
  return [
    ...Array.from({ length: inputs }, (_, d) => ({ ...signed("x", names[d], "x", null, scale.x), line: x[d] })),
    ...["i", "f"].map(gate),
    signed("g", null, "g", q.g, 1),
    gate("o"),
    signed("c", null, "c", q.c, scale.c),
    ...(ghost ? [signed("ghost", "C, gates free", "c", ghost.c, scale.c)] : []),
    signed("h", null, "h", q.h, 1),
    ...(gradient ? [signed("dc", null, "dc", gradient.c, gradient.scale), signed("dh", null, "dh", gradient.h, gradient.scale)] : []),
  ];
}

export class Strip {
  constructor(stage) {
    this.stage = stage;
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
    this.scrubber.addEventListener("pointerdown", (event) => this.scrub(event));
    this.scrubber.addEventListener("pointermove", (event) => event.buttons && this.scrub(event));
  }

  scrub(event) {
    const { left, width } = this.scrubber.getBoundingClientRect();
    this.stage.pause();
    this.stage.goto(Math.floor(((event.clientX - left) / width) * this.stage.record.steps));
  }

  shape(record) {
    return [record.steps, record.names, !!record.ghost, !!record.gradient];
  }

  build(record) {
    const heads = Array.from({ length: record.steps }, (_, t) => html("span", { class: "head" }, String(t + 1)));
    this.heads = heads;
    this.lines = rows(record).map((row) => ({
      label: html("span", { class: `label ${row.key}`, "data-q": row.key === "ghost" ? "c" : row.key }),
      cells: Array.from({ length: record.steps }, () => html("span", { class: "cell", "data-q": row.key === "ghost" ? "c" : row.key })),
    }));
    this.grid.style.setProperty("--steps", record.steps);
    this.grid.replaceChildren(...heads, ...this.lines.flatMap((line) => line.cells));
    this.labels.replaceChildren(html("span", { class: "head" }, "step"), ...this.lines.map((line) => line.label));
    this.scrubber.setAttribute("aria-valuemax", record.steps);
    this.resize();
  }

  resize() {
    const { record } = this.stage;
    if (!record) return;
    const column = this.scrubber.clientWidth / record.steps;
    this.readable = column >= READABLE;
    this.root.classList.toggle("colours-only", !this.readable);
    // Where columns are narrow, only every second, fifth or tenth step is numbered.
    const every = [1, 2, 5, 10].find((n) => n * column >= 20) ?? 10;
    this.heads.forEach((head, t) => head.classList.toggle("quiet", (t + 1) % every !== 0));
    this.update(record);
  }

  update(record) {
    this.shown = null;
    this.show(record, this.stage.step, this.stage.unit);
  }

  show(record, step, unit) {
    if (this.shown !== unit) this.colour(record, unit);
    this.shown = unit;
    this.cursor.style.left = `${(100 * step) / record.steps}%`;
    this.cursor.style.width = `${100 / record.steps}%`;
    this.heads.forEach((head, t) => head.classList.toggle("now", t === step));
    this.scrubber.setAttribute("aria-valuenow", step + 1);
    this.scrubber.setAttribute("aria-valuetext", this.stage.reading.sentence());
  }

  colour(record, unit) {
    const { colours, dark } = this.stage;
    const theme = dark ? "dark" : "light";
    const ground = dark ? "#1d242e" : "#f3f5f8";
    rows(record).forEach((row, k) => {
      const { label, cells } = this.lines[k];
      const values = row.line ?? row.values[unit];
      setText(label, row.label ?? record.signs[row.sign].symbol);
      cells.forEach((cell, t) => {
        const value = values[t];
        const share = row.full == null ? value : Math.abs(value) / (row.full || 1);
        const hue = row.full == null ? colours[row.sign] : (value < 0 ? NEGATIVE : POSITIVE)[theme];
        const { background, text } = mix(ground, hue, share);
        cell.style.background = background;
        cell.style.color = text;
        cell.classList.toggle("negative", value < 0);
        setText(cell, this.readable ? number(value) : "");
      });
    });
  }
}

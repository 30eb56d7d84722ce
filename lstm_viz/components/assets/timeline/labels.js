// What each step of the sequence is, above the strip: its label where there is room, and a mark where it matters.

import { html } from "../shared/dom.js";

const LETTER = 7.5; // pixels

/** @typedef {import("../shared/heat.js").HeatStrip} HeatStrip */

export class StepLabels {
  /** @param {HeatStrip} heat */
  constructor(heat) {
    this.heat = heat;
    this.longest = 0;
    /** @type {HTMLElement[]} */
    this.labels = [];
    this.corner = html("span", { class: "head" });
  }

  /** @param {{steps: number, labels: string[], marks: number[]}} record */
  build({ steps, labels, marks }) {
    const marked = new Set(marks);
    const { heads } = this.heat;
    this.longest = Math.max(0, ...labels.map((label) => [...label].length));
    this.labels = Array.from({ length: steps }, (_, t) =>
      html(
        "span",
        { class: marked.has(t) ? "step-label marked" : "step-label", "aria-hidden": "true" },
        labels[t] ?? "",
      ),
    );
    heads[heads.length - 1].after(...this.labels);
    heads.forEach((head, t) => {
      head.classList.toggle("marked", marked.has(t));
    });
    this.heat.labels.firstElementChild?.after(this.corner);
  }

  /** Shows the labels where all of them fit, and returns whether they do. */
  resize() {
    const column = this.heat.scrubber.clientWidth / this.labels.length;
    const fit = this.longest > 0 && column >= this.longest * LETTER + 2;
    for (const node of [...this.labels, this.corner]) node.hidden = !fit;
    return fit;
  }
}

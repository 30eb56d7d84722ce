// What each step of the sequence is, above the strip: its label where there is room, and a mark where it matters.

import { html } from "../shared/dom.js";

const LETTER = 7.5; // pixels of one letter

export class Signs {
  constructor(heat) {
    this.heat = heat;
  }

  build({ steps, labels, marks }) {
    const marked = new Set(marks);
    this.longest = Math.max(0, ...labels.map((label) => [...label].length));
    this.signs = Array.from({ length: steps }, (_, t) =>
      html("span", { class: marked.has(t) ? "sign marked" : "sign", "aria-hidden": "true" }, labels[t] ?? ""),
    );
    this.heat.heads.at(-1).after(...this.signs);
    this.heat.heads.forEach((head, t) => head.classList.toggle("marked", marked.has(t)));
    this.head = html("span", { class: "head" });
    this.heat.labels.firstChild.after(this.head);
  }

  /** Shows the labels where all of them fit, and returns whether they do. */
  resize() {
    const column = this.heat.scrubber.clientWidth / this.signs.length;
    const fits = this.longest > 0 && column >= this.longest * LETTER + 2;
    for (const node of [...this.signs, this.head]) node.hidden = !fits;
    return fits;
  }
}

// The sequence as a text under the strip, where its words do not fit above the steps: the one pointed at stands out, and
// each is coloured by how far it moves the memory of the unit shown.

import { mix } from "../shared/colour.js";
import { html } from "../shared/dom.js";

const MOST = 60; // words at once; of a longer text those around the one pointed at
const WORD = /\p{L}{2}/u;
const THEMES = {
  light: { ground: "#ffffff", negative: "#5b5fc7", positive: "#c8890b" },
  dark: { ground: "#161b22", negative: "#8c90f2", positive: "#e3a72f" },
};
const MEMORY = ["c", "h"]; // what of it a cell has; the first counts

export class Words {
  constructor(goto) {
    this.goto = goto;
    // The scrubber says each step to a screen reader.
    this.root = html("p", { class: "words", "aria-hidden": "true", hidden: true });
  }

  build({ labels }) {
    this.worded = labels.some((label) => WORD.test(label));
    this.words = labels.map((label, t) => html("span", { onclick: () => this.goto(t) }, label));
    this.root.replaceChildren();
  }

  /** Shows the text if the strip does not. */
  resize(above) {
    this.root.hidden = above || !this.worded;
  }

  /** Colours by the memory among the rows. */
  colour(rows, values, dark) {
    if (!this.worded) return;
    const { ground, negative, positive } = THEMES[dark ? "dark" : "light"];
    const memory =
      values[rows.findIndex(({ key }) => key === MEMORY.find((name) => rows.some((row) => row.key === name)))];
    const moves = memory.map((value, t) => value - (t ? memory[t - 1] : 0));
    const most = Math.max(...moves.map(Math.abs)) || 1;
    this.words.forEach((word, t) => {
      const { background, text } = mix(ground, moves[t] < 0 ? negative : positive, Math.abs(moves[t]) / most);
      Object.assign(word.style, { background, color: text });
    });
  }

  show(step) {
    if (!this.worded) return;
    const first = Math.max(0, Math.min(step - MOST / 2, this.words.length - MOST));
    if (first !== this.first || !this.root.firstChild) {
      this.first = first;
      this.root.replaceChildren(...this.words.slice(first, first + MOST).flatMap((word) => [word, " "]));
    }
    this.words.forEach((word, t) => word.classList.toggle("now", t === step));
  }
}

// The sequence as a text under the strip, where its words do not fit above the steps: the one pointed at stands out, and
// each is coloured by how far it moves the memory of the unit shown.

import { heatColour } from "../shared/colour.js";
import { html } from "../shared/dom.js";

const MAX_WORDS = 60; // at once; of a longer text those around the one pointed at
const WORD = /\p{L}{2}/u;
const MEMORY = ["c", "h"]; // what of it a cell has; the first counts

/**
 * How far each step moves a quantity that begins at 0.
 * @param {number[]} values
 */
export const changes = (values) => values.map((value, t) => value - (t ? values[t - 1] : 0));

/**
 * The first of the words that are shown around a step.
 * @param {number} step
 * @param {number} words How many there are.
 */
export const firstShown = (step, words) => Math.max(0, Math.min(step - MAX_WORDS / 2, words - MAX_WORDS));

export class Transcript {
  /** @param {(step: number) => void} goto Is called with the step of a word that is clicked. */
  constructor(goto) {
    this.goto = goto;
    /** Whether the sequence is a text. */
    this.isText = false;
    /** @type {HTMLElement[]} */
    this.words = [];
    this.first = 0;
    // The scrubber says each step to a screen reader.
    this.root = html("p", { class: "transcript", "aria-hidden": "true", hidden: true });
  }

  /** @param {{labels: string[]}} record */
  build({ labels }) {
    this.isText = labels.some((label) => WORD.test(label));
    this.words = labels.map((label, t) => html("span", { onclick: () => this.goto(t) }, label));
    this.root.replaceChildren();
  }

  /**
   * Shows the text if the strip does not.
   * @param {boolean} above Whether the words stand above the strip.
   */
  resize(above) {
    this.root.hidden = above || !this.isText;
  }

  /**
   * Colours the words by the memory among the rows.
   * @param {{key: string, hue: string}[]} rows
   * @param {number[][]} values Those of each row, one a step.
   * @param {boolean} dark Whether the page is dark.
   */
  colour(rows, values, dark) {
    if (!this.isText) return;
    const key = MEMORY.find((name) => rows.some((row) => row.key === name));
    const moves = changes(values[rows.findIndex((row) => row.key === key)] ?? []);
    const full = Math.max(...moves.map(Math.abs)) || 1;
    this.words.forEach((word, t) => {
      const { background, text } = heatColour(moves[t], { full, hue: "", dark }, "text");
      Object.assign(word.style, { background, color: text });
    });
  }

  /** @param {number} step */
  show(step) {
    if (!this.isText) return;
    const first = firstShown(step, this.words.length);
    if (first !== this.first || !this.root.firstChild) {
      this.first = first;
      this.root.replaceChildren(...this.words.slice(first, first + MAX_WORDS).flatMap((word) => [word, " "]));
    }
    this.words.forEach((word, t) => {
      word.classList.toggle("now", t === step);
    });
  }
}

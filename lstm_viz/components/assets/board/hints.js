// Help in stages: what is seen, which gate and which way, and last the solution, which costs the stars.

import { html, setText } from "../shared/dom.js";
import { weight } from "../shared/format.js";
import { rich } from "../shared/rich.js";

/** @typedef {{key: string, hints: string[], solution: number[][], gates: import("./weights.js").Gate[], columns: string[],
 *   units: number}} Hinted */

const TITLES = ["What do I see?", "Which gate, and which way?", "A solution (one star at most)"];

/**
 * The weights of a solution in words: "*f*: b 10; *i*: flag 20, b −10".
 * @param {Hinted} challenge
 */
export function solutionWords({ gates, solution, columns, units }) {
  const of = Array.from({ length: units }, (_, unit) => {
    const words = gates.flatMap(({ symbol, row }) => {
      const set = solution[row + unit].flatMap((value, k) => (value ? [`${columns[k]} ${weight(value)}`] : []));
      return set.length ? [`*${symbol}*: ${set.join(", ")}`] : [];
    });
    return (units > 1 ? `**Unit ${unit + 1}** ` : "") + words.join("; ");
  });
  return `${of.join(". ")}. All others 0.`;
}

export class Hints {
  /** @param {() => void} onSolution Is called when the solution is shown. */
  constructor(onSolution) {
    this.onSolution = onSolution;
    this.key = "";
    this.count = html("span", { class: "count" });
    this.root = html("div", { class: "hints" });
  }

  /** @param {Hinted} challenge */
  open(challenge) {
    if (challenge.key === this.key) return;
    this.key = challenge.key;
    const texts = [...challenge.hints, solutionWords(challenge)];
    this.root.replaceChildren(...texts.map((text, k) => this.hint(text, k)));
  }

  /**
   * @param {string} text
   * @param {number} stage
   */
  hint(text, stage) {
    const words = html("p", {}, ...(stage === 0 ? [this.count, " "] : []), ...rich(text));
    const summary = html("summary", {}, html("b", {}, `${stage + 1}. `), TITLES[stage]);
    const hint = html("details", {}, summary, words);
    hint.addEventListener("toggle", () => {
      if (hint.open && stage === TITLES.length - 1) this.onSolution();
    });
    return hint;
  }

  /** @param {boolean[]} passed */
  show(passed) {
    const count = passed.filter(Boolean).length;
    setText(this.count, count < passed.length ? `${count} of ${passed.length} pass.` : "");
  }
}

// The cell of an attempt: its weights, what they earn, hints, and the way on.

import { html, icon, setText } from "../shared/dom.js";
import { rich } from "../shared/rich.js";
import { Hints } from "./hints.js";
import { Weights } from "./weights.js";

/** @typedef {import("./record.js").BoardRecord} BoardRecord */

const STAR = "M10 1.8l2.5 5.3 5.8.7-4.3 4 1.1 5.8-5.1-2.9-5.1 2.9 1.1-5.8-4.3-4 5.8-.7z";
const UNDO = "M7 4L3 8l4 4M3 8h8a5 5 0 0 1 0 10H8";
const REDO = "M13 4l4 4-4 4M17 8H9a5 5 0 0 0 0 10h3";
const RESET = "M16 10a6 6 0 1 1-2-4.5M14 2v4h-4";

/**
 * @param {string} name
 * @param {string} path
 * @param {() => void} act
 */
const iconButton = (name, path, act) =>
  html("button", { type: "button", class: "icon", title: name, "aria-label": name, onclick: act }, icon(path));

/**
 * Stars, and how many there are for a screen reader.
 * @param {number} stars
 */
function starRow(stars) {
  const drawn = [1, 2, 3].map((k) => {
    const star = icon(STAR);
    star.classList.toggle("earned", k <= stars);
    return star;
  });
  return html("span", { class: "stars", role: "img", "aria-label": `${stars} of 3 stars` }, ...drawn);
}

/**
 * What is said beside the stars.
 * @param {{nonzero: number, par: number, stars: number, mine: number}} attempt `mine` are the stars that count here.
 */
export function scoreWords({ nonzero, par, stars, mine }) {
  const first = `**${nonzero} ${nonzero === 1 ? "weight is" : "weights are"} not 0**, par is ${par}.`;
  if (!stars) return `${first} All sequences at par: three stars.`;
  if (nonzero < par) return `${first} That is fewer than anybody had found: show it around.`;
  return mine < stars ? `${first} The solution was shown: one star.` : first;
}

export class CellCard {
  /**
   * @param {object} on
   * @param {import("./weights.js").Push} on.weight
   * @param {(move: "undo" | "redo" | "reset") => void} on.history
   * @param {() => void} on.solution
   * @param {() => void} on.share
   * @param {() => void} on.next
   */
  constructor({ weight, history, solution, share, next }) {
    this.weights = new Weights(weight);
    this.undo = iconButton("Undo", UNDO, () => history("undo"));
    this.redo = iconButton("Redo", REDO, () => history("redo"));
    this.reset = iconButton("Set all weights to 0", RESET, () => history("reset"));
    this.score = html("p", { class: "score" });
    this.hints = new Hints(solution);
    this.share = html("button", { type: "button", onclick: share }, "Share this cell");
    this.next = html("button", { type: "button", onclick: next });
    this.told = html("p", { class: "told", role: "status" });
    this.root = html(
      "section",
      { class: "cell-card", "aria-label": "Your cell" },
      html("header", {}, html("h3", {}, "Your cell"), this.undo, this.redo, this.reset),
      ...[this.weights.root, this.score, this.hints.root],
      html("footer", {}, this.share, this.next, this.told),
    );
  }

  /** @param {BoardRecord} record */
  open({ challenge }) {
    this.weights.build(challenge);
    this.hints.open(challenge);
    setText(this.told, "");
    setText(this.next, `Next: ${challenge.all[challenge.number % challenge.all.length].title}`);
  }

  /**
   * @param {BoardRecord} record
   * @param {number} mine The stars that count here.
   */
  draw({ challenge, nonzero, stars, passed, history }, mine) {
    this.undo.disabled = !history.undo;
    this.redo.disabled = !history.redo;
    this.reset.disabled = !nonzero;
    this.hints.show(passed);
    this.next.classList.toggle("ready", stars > 0);
    const words = scoreWords({ nonzero, par: challenge.par, stars, mine });
    if (this.score.dataset.words === words + mine) return;
    this.score.dataset.words = words + mine;
    this.score.replaceChildren(starRow(mine), html("span", {}, ...rich(words)));
  }

  /** @param {...(Node | string)} words */
  tell(...words) {
    this.told.replaceChildren(...words);
  }
}

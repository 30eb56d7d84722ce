// All challenges with the stars that were earned in this browser, the file to take away, and what a plain RNN can do.

import { html } from "../shared/dom.js";
import { rich } from "../shared/rich.js";
import { exported } from "./progress.js";

/** @typedef {import("./record.js").Challenge} Challenge */
/** @typedef {import("./progress.js").Progress} Progress */

export class List {
  /** @param {(challenge: string) => void} go Is called with the key of a challenge. */
  constructor(go) {
    this.go = go;
    /** @type {{challenges: Challenge["all"], progress: Progress}} */
    this.shown = { challenges: [], progress: {} };
    this.buttons = html("nav", { class: "list", "aria-label": "Challenges" });
    const takeAway = { type: "button", class: "plain", onclick: () => this.takeAway() };
    this.rnn = html("p", { class: "rnn" });
    this.root = html(
      "div",
      { class: "done" },
      ...[this.buttons, html("button", takeAway, "Export what I have done"), this.rnn],
    );
  }

  /**
   * @param {Challenge} challenge The one that is shown.
   * @param {Progress} progress
   */
  draw({ key, all, rnn }, progress) {
    if (this.rnn.dataset.words !== rnn?.text) this.rnn.replaceChildren(...rich(rnn?.text ?? ""));
    this.rnn.dataset.words = rnn?.text ?? "";
    this.shown = { challenges: all, progress };
    while (this.buttons.childElementCount < all.length) {
      const k = this.buttons.childElementCount;
      const press = { type: "button", onclick: () => this.go(this.shown.challenges[k].key) };
      this.buttons.append(html("button", press, html("span", {}, String(k + 1))));
    }
    all.forEach((each, k) => {
      this.drawOne(this.buttons.children[k], each, { isCurrent: each.key === key, place: k + 1 });
    });
  }

  /**
   * @param {Element} button
   * @param {{key: string, title: string}} challenge
   * @param {{isCurrent: boolean, place: number}} state
   */
  drawOne(button, { key, title }, { isCurrent, place }) {
    const stars = this.shown.progress[key]?.stars ?? 0;
    button.setAttribute("aria-label", `Challenge ${place}: ${title}, ${stars} of 3 stars`);
    button.setAttribute("title", title);
    button.toggleAttribute("aria-current", isCurrent);
    if (isCurrent) button.setAttribute("aria-current", "true");
    const drawn = "★".repeat(stars) + "☆".repeat(3 - stars);
    const small = stars ? [html("span", { class: "small", "aria-hidden": "true" }, drawn)] : [];
    button.replaceChildren(/** @type {Node} */ (button.firstChild), ...small);
  }

  takeAway() {
    const { challenges, progress } = this.shown;
    const file = new Blob([exported(progress, challenges)], { type: "application/json" });
    const address = URL.createObjectURL(file);
    html("a", { href: address, download: "lstm-viz-challenges.json" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}

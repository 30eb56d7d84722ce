// The belt of the Start page: a sentence read by a small network, the memory of one unit unrolled over its words, and a
// dial that holds the forget gates after one of them. It computes no LSTM: every position of the dial comes with the
// record, so nothing is asked while a hand moves.

import { followTheme } from "../shared/colour.js";
import { html, ICONS, icon, prefersReducedMotion, setText } from "../shared/dom.js";
import { Picture } from "./picture.js";

/**
 * One position of the dial; a number a word.
 * @typedef {object} Reading
 * @property {number[]} f
 * @property {number[]} i
 * @property {number[]} g
 * @property {number[]} c
 * @property {number[]} yes The probability of “yes”, were the sentence to end there.
 * @property {[string, string]} note What came of it: in short, and in numbers.
 */

/**
 * @typedef {object} BeltRecord
 * @property {string[]} words
 * @property {number} turn The word after which the forget gates are held.
 * @property {Reading[]} positions The last one is as learned.
 * @property {{to: number, text: string}} held Up to which word the memory is held, as learned.
 * @property {string} about What is shown.
 * @property {Record<string, [string, string]>} colours By quantity, on a light page and on a dark one.
 */

const WORD = 600; // milliseconds
const STACKED = 900; // pixels below which the verdict has no room beside the belt
const CONTROLS = "input, select, textarea, button, a, summary, [role=button], [contenteditable]";

/** Tells the page that the answer has changed against what was learned. */
const FLIPPED = "lstm-viz:flipped";

/** @param {Reading} reading */
const says = ({ yes }) => yes[yes.length - 1] > 0.5;

export class Belt {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {BeltRecord | undefined} */
    this.record = undefined;
    this.position = 0;
    this.cursor = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.playing = undefined;
    this.picture = new Picture((word) => this.goto(word));
    this.board = html("div", { class: "board" }, this.picture.root);
    this.about = html("span", { class: "about" });
    this.button = html("button", { type: "button", class: "play", onclick: () => this.toggle() });
    this.place = html("span", { class: "place" });
    this.answer = html("strong", { class: "answer" });
    this.share = html("span", { class: "share" }, html("span", { class: "sureness" }));
    this.sure = html("span", { class: "sure" });
    this.dial = html("input", { type: "range", min: 0, step: 1, oninput: () => this.turn(Number(this.dial.value)) });
    this.level = html("span", { class: "level" });
    this.note = html("p", { class: "note" });
    this.spoken = html("div", { class: "unseen", "aria-live": "polite" });
    this.target = html("span", { class: "target" });
    root.replaceChildren(this.head(), this.body(), this.foot(), this.spoken);
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    this.resizing = new ResizeObserver(() => this.show());
    this.resizing.observe(this.board);
  }

  head() {
    const legend = html(
      "span",
      { class: "legend" },
      html("i", { class: "plus" }),
      "plus",
      html("i", { class: "minus" }),
      "minus: the thicker, the more",
    );
    return html("div", { class: "head" }, this.button, this.place, legend, this.about);
  }

  body() {
    const question = html("span", { class: "question" }, "Did they like it?");
    const verdict = html("div", { class: "verdict" }, question, this.answer, this.share, this.sure);
    return html("div", { class: "body" }, this.board, verdict);
  }

  foot() {
    const gate = html(
      "span",
      { class: "gate" },
      html("b", { class: "gate-name" }, "Forget gate"),
      " after ",
      this.target,
    );
    const slide = html("div", { class: "slide" }, html("span", {}, "shut"), this.dial, html("span", {}, "open"));
    return html("div", { class: "foot" }, gate, slide, this.level, this.note);
  }

  /** @param {BeltRecord} record */
  update(record) {
    const isFirst = this.record === undefined;
    this.record = record;
    const dark = followTheme(this.root);
    for (const [key, colours] of Object.entries(record.colours)) {
      this.root.style.setProperty(`--${key}`, colours[Number(dark)]);
    }
    if (isFirst) this.open(record);
    this.show();
    if (isFirst && !prefersReducedMotion()) this.play();
  }

  /** @param {BeltRecord} record */
  open({ words, turn, positions, about }) {
    this.position = positions.length - 1;
    this.cursor = words.length - 1;
    this.dial.max = String(this.position);
    setText(this.target, `“${words[turn]}”`);
    setText(this.about, about);
    this.dial.setAttribute("aria-label", `Forget gate after “${words[turn]}”`);
  }

  /** The position shown, and whether its gates are held. */
  get reading() {
    const positions = this.record?.positions ?? [];
    return { reading: positions[this.position], held: this.position < positions.length - 1 };
  }

  show() {
    const { record } = this;
    const { reading, held } = this.reading;
    if (!record || !reading) return;
    this.root.classList.toggle("stacked", this.root.clientWidth < STACKED);
    this.picture.build(record, this.board.clientWidth);
    this.root.classList.toggle("down", this.picture.layout?.down ?? false);
    this.picture.show(record, reading, this.cursor, held);
    const atEnd = this.cursor === record.words.length - 1;
    const yes = reading.yes[this.cursor];
    const share = `${Math.round(100 * Math.max(yes, 1 - yes))} %`;
    setText(this.place, `word ${this.cursor + 1} of ${record.words.length}`);
    setText(this.answer, yes > 0.5 ? "Yes" : "No");
    setText(this.sure, atEnd ? `${share} sure` : `${share}, so far`);
    this.root.classList.toggle("so-far", !atEnd);
    this.root.classList.toggle("held", held);
    this.root.style.setProperty("--share", share.replace(" ", ""));
    const level = held ? `held at ${(this.position / (record.positions.length - 1)).toFixed(2)}` : "as learned: open";
    setText(this.level, level);
    this.dial.value = String(this.position);
    this.dial.setAttribute("aria-valuetext", level);
    this.dial.style.setProperty("--to", `${(100 * this.position) / (record.positions.length - 1)}%`);
    const [short, numbers] = reading.note;
    this.note.replaceChildren(html("b", {}, short), ` ${numbers}`);
    this.drawButton();
  }

  /**
   * Sets the dial, and shows what comes of it at the end of the sentence.
   * @param {number} position
   */
  turn(position) {
    const { record } = this;
    if (!record) return;
    const before = this.reading.reading;
    this.pause();
    this.position = position;
    this.cursor = record.words.length - 1;
    this.show();
    const { reading } = this.reading;
    if (!reading || !before || says(reading) === says(before)) return;
    // Said when the answer turns, and not at every position of a drag.
    setText(this.spoken, `${this.answer.textContent}, ${this.sure.textContent}. ${this.note.textContent}`);
    const flipped = says(reading) !== says(record.positions[record.positions.length - 1]);
    if (flipped) window.dispatchEvent(new CustomEvent(FLIPPED, { detail: { position } }));
  }

  /** @param {number} word */
  goto(word) {
    this.pause();
    this.cursor = word;
    this.show();
  }

  play() {
    if (!this.record) return;
    const last = this.record.words.length - 1;
    this.pause();
    this.cursor = 0;
    this.playing = setInterval(() => {
      this.cursor += 1;
      if (this.cursor >= last) this.pause();
      this.show();
    }, WORD);
    this.show();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = undefined;
  }

  toggle() {
    if (this.playing) {
      this.pause();
      this.show();
    } else this.play();
  }

  drawButton() {
    const label = this.playing ? "Pause" : "Play the sentence";
    if (this.button.title === label) return;
    this.button.title = label;
    this.button.setAttribute("aria-label", label);
    this.button.replaceChildren(icon(this.playing ? ICONS.pause : ICONS.play));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const target = event.composedPath()[0];
    if (event.key !== " " || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.closest(CONTROLS)) return;
    event.preventDefault();
    this.toggle();
  }

  dispose() {
    this.pause();
    this.listening.abort();
    this.resizing.disconnect();
  }
}

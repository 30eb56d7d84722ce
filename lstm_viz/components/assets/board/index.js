// A challenge: the weights of a cell, what it does against what it should do, and the sequences that it is marked on. The
// cell is run in Python, at every move of a hand; what a person has done stays in this browser.

import { followTheme } from "../shared/colour.js";
import { html } from "../shared/dom.js";
import { Editor } from "../shared/editor.js";
import { mount } from "../shared/mount.js";
import { CellCard } from "./card.js";
import { List } from "./list.js";
import { better, earned, load, save } from "./progress.js";
import { Run } from "./run.js";

/** @typedef {import("../shared/mount.js").SendTrigger} SendTrigger */
/** @typedef {import("./record.js").BoardRecord} BoardRecord */

const REST = 800; // milliseconds after which a resting hand is shown a sequence that fails

class Board {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.shape = "";
    this.dark = false;
    this.progress = load();
    /** @type {BoardRecord | undefined} */
    this.record = undefined;
    /** @type {Set<string>} Challenges that this hand has changed a weight of: only those count as done here. */
    this.touched = new Set();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    /** @type {Editor<BoardRecord>} */
    this.editor = new Editor({
      draw: (record) => this.draw(record),
      context: () => ({ dark: this.dark }),
      // How another challenge was left is known to the session alone.
      canPreview: ({ kind }) => kind !== "challenge",
    });
    this.run = new Run((test) => this.look(test));
    this.list = new List((challenge) => this.go(challenge));
    this.card = new CellCard({
      weight: (row, column, value, done) => this.setWeight(row, column, value, done),
      history: (move) => this.editor.history(move),
      solution: () => this.showedSolution(),
      share: () => this.copyLink(),
      next: () => this.goNext(),
    });
    root.replaceChildren(this.run.root, this.card.root, this.list.root);
  }

  /**
   * @param {BoardRecord} record
   * @param {SendTrigger} send
   */
  update(record, send) {
    this.editor.commit(record, send);
  }

  /** @param {BoardRecord} record */
  draw(record) {
    const { challenge } = record;
    this.record = record;
    this.dark = followTheme(this.root);
    const shape = JSON.stringify([challenge.key, this.dark]);
    if (shape !== this.shape) this.open(record);
    this.shape = shape;
    // While the hand is ahead of the answers, the weights belong to the hand.
    if (!this.editor.pending) this.card.weights.show(record.rows);
    this.keep(record);
    this.run.draw(record, this.dark);
    this.card.draw(record, earned(record.stars, this.progress[challenge.key]));
    this.list.draw(challenge, this.progress);
  }

  /** @param {BoardRecord} record */
  open(record) {
    for (const { key, light, dark } of record.challenge.gates) {
      this.root.style.setProperty(`--${key}`, this.dark ? dark : light);
    }
    this.run.open(record);
    this.card.open(record);
    this.card.weights.show(record.rows);
  }

  /**
   * @param {number} row
   * @param {number} column
   * @param {number} value
   * @param {boolean} done
   */
  setWeight(row, column, value, done) {
    if (!this.record) return;
    this.touched.add(this.record.challenge.key);
    this.editor.edit(`weight ${row} ${column}`, { kind: "weight", row, column, value }, done);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.lookAtFailure(), REST);
  }

  lookAtFailure() {
    if (!this.record) return;
    const { passed, test } = this.record;
    if (passed[test] && passed.includes(false)) this.look(passed.indexOf(false));
  }

  /** @param {number} test */
  look(test) {
    clearTimeout(this.resting);
    this.editor.edit("test", { kind: "test", test }, true);
  }

  /** @param {string} challenge */
  go(challenge) {
    clearTimeout(this.resting);
    this.editor.edit("challenge", { kind: "challenge", challenge }, true);
  }

  goNext() {
    if (!this.record) return;
    const { number: place, all } = this.record.challenge;
    this.go(all[place % all.length].key);
  }

  /**
   * Keeps what has passed, if this hand has made it: a link that is opened earns nothing.
   * @param {BoardRecord} record
   */
  keep({ challenge: { key }, stars, nonzero }) {
    if (!stars || !this.touched.has(key)) return;
    this.note(key, better(this.progress[key], { stars, weights: nonzero }));
  }

  showedSolution() {
    if (!this.record) return;
    const { key } = this.record.challenge;
    this.note(key, { ...(this.progress[key] ?? { stars: 0 }), shown: true });
    this.draw(this.record);
  }

  /**
   * @param {string} key
   * @param {import("./progress.js").Done} done
   */
  note(key, done) {
    if (JSON.stringify(done) === JSON.stringify(this.progress[key])) return;
    // Another tab may have kept something meanwhile.
    this.progress = { ...this.progress, ...load(), [key]: done };
    save(this.progress);
  }

  async copyLink() {
    await this.editor.settled();
    const query = new URLSearchParams(this.editor.committed?.shared);
    const address = `${location.origin}${location.pathname}?${query}`;
    try {
      await navigator.clipboard.writeText(address);
      this.card.tell("Link copied. Whoever opens it has the cell run and marked anew.");
    } catch {
      this.card.tell("Copy this link: ", html("input", { readonly: true, value: address, "aria-label": "Link" }));
    }
  }

  dispose() {
    clearTimeout(this.resting);
    this.run.dispose();
    this.editor.dispose();
  }
}

export default mount(".board", (root) => new Board(root));

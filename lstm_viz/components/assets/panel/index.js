// A panel of dials for pages without a stage: cards of sliders that report while they are dragged.

import { followTheme } from "../shared/colour.js";
import { Dial } from "../shared/dial.js";
import { html } from "../shared/dom.js";
import { Editor } from "../shared/editor.js";
import { mount } from "../shared/mount.js";

/** @typedef {import("../shared/mount.js").SendTrigger} SendTrigger */

/**
 * @typedef {object} DialRecord
 * @property {string} key The name of the number in an edit `{key, value}`.
 * @property {string} label
 * @property {string} name The full name, for a screen reader.
 * @property {number} value
 * @property {number} low
 * @property {number} high
 * @property {boolean} whole Whether it is a whole number.
 */

/**
 * A group of dials, with the colour of what they set on a light and on a dark page.
 * @typedef {object} CardRecord
 * @property {string} title
 * @property {string} light
 * @property {string} dark
 * @property {DialRecord[]} dials
 */

/** @typedef {import("../shared/editor.js").Editable & {cards: CardRecord[]}} PanelRecord */

/** @param {CardRecord[]} cards What decides which elements there are. */
const shapeOf = (cards) =>
  JSON.stringify(cards.map(({ title, dials }) => [title, dials.map(({ value: _, ...shape }) => shape)]));

class Panel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.shape = "";
    this.dark = false;
    /** @type {Map<string, Dial>} */
    this.dials = new Map();
    /** @type {Editor<PanelRecord>} */
    this.editor = new Editor({ draw: (record) => this.draw(record), context: () => ({ dark: this.dark }) });
  }

  /**
   * @param {PanelRecord} record
   * @param {SendTrigger} send
   */
  update(record, send) {
    this.editor.commit(record, send);
  }

  /** @param {PanelRecord} record */
  draw({ cards }) {
    const shape = shapeOf(cards);
    if (shape !== this.shape) this.build(cards);
    this.shape = shape;
    this.dark = followTheme(this.root);
    cards.forEach(({ light, dark }, k) => {
      const card = /** @type {HTMLElement} */ (this.root.children[k]);
      card.style.setProperty("--hue", this.dark ? dark : light);
    });
    // While the hand is ahead of the answers, the controls belong to the hand.
    if (this.editor.pending) return;
    for (const dial of cards.flatMap(({ dials }) => dials)) this.dials.get(dial.key)?.show(dial.value, dial);
  }

  /** @param {CardRecord[]} cards */
  build(cards) {
    this.dials.clear();
    const nodes = cards.map(({ title, dials }) => {
      const header = html("header", {}, html("h3", {}, title));
      return html("div", { class: "card" }, header, ...dials.map((dial) => this.makeDial(dial)));
    });
    this.root.replaceChildren(...nodes);
  }

  /** @param {DialRecord} record */
  makeDial({ key, label, name, ...range }) {
    const dial = new Dial(name, [label], (value, done) => this.editor.edit(key, { key, value }, done), range);
    this.dials.set(key, dial);
    return dial.root;
  }

  dispose() {
    this.editor.dispose();
  }
}

export default mount(".panel", (root) => new Panel(root));

// The gallery: a card for each cell of the family, with what its memory did on the one input of all.

import { followTheme, heatColour } from "../shared/colour.js";
import { html, prefersReducedMotion } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { mount } from "../shared/mount.js";

/** @typedef {import("../shared/mount.js").SendTrigger} SendTrigger */

/** @typedef {{name: string, values: number[]}} Row */

/**
 * One cell; see `card` in Python. A line is made of pieces, each a text and the key of the quantity that it names.
 * @typedef {object} Card
 * @property {string} name
 * @property {string} title
 * @property {number} year
 * @property {string} authors
 * @property {string} parent
 * @property {string} purpose
 * @property {[string, string][][]} lines
 * @property {string} shown
 * @property {number[]} values
 * @property {string} sentence
 */

/**
 * @typedef {object} GalleryRecord
 * @property {Row[]} inputs
 * @property {Card[]} cards
 * @property {number} of How many cells there are in all.
 * @property {string[]} chosen
 * @property {Record<string, [string, string]>} colours
 */

const FULL = 1; // the magnitude that is fully coloured, the same on all cards

class Gallery {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.dark = false;
    this.shown = "";
    /** @type {Map<string, HTMLButtonElement>} */
    this.buttons = new Map();
    /** @type {SendTrigger} */
    this.send = () => {};
    this.bar = html("button", { type: "button", class: "bar", onclick: () => showBelow(this.root) });
  }

  /**
   * @param {GalleryRecord} record
   * @param {SendTrigger} send
   */
  update(record, send) {
    this.send = send;
    this.dark = followTheme(this.root);
    // A card that was pressed keeps its node, and so the focus.
    const shown = JSON.stringify([this.dark, record.cards.map(({ name }) => name)]);
    if (shown !== this.shown) this.build(record);
    this.shown = shown;
    for (const [name, button] of this.buttons) {
      const opened = record.chosen.includes(name);
      button.textContent = opened ? "Close" : "Open";
      button.setAttribute("aria-label", `${button.textContent} ${name}`);
      button.classList.toggle("opened", opened);
    }
    this.bar.hidden = record.chosen.length === 0;
    this.bar.textContent = `${record.chosen.join(", ")}: step by step ↓`;
  }

  /** @param {GalleryRecord} record */
  build({ inputs, cards, of, colours }) {
    for (const [key, [light, dark]] of Object.entries(colours)) {
      this.root.style.setProperty(`--of-${key}`, this.dark ? dark : light);
    }
    this.buttons.clear();
    this.root.replaceChildren(
      html(
        "div",
        { class: "head" },
        html("div", { class: "input" }, ...inputs.map(({ name, values }) => this.strip(name, values, `Input ${name}`))),
        html("p", { class: "count", role: "status" }, `${cards.length} of ${of} cells, the oldest first`),
      ),
      html("ul", { class: "family" }, ...cards.map((card) => this.card(card))),
      this.bar,
    );
  }

  /** @param {Card} card */
  card({ name, title, year, authors, parent, purpose, lines, shown, values, sentence }) {
    const heading = html("h3", {}, html("span", { class: "year" }, String(year)), ` ${name} `);
    const from = parent ? html("span", { class: "from" }, `from ${parent}`) : "";
    return html(
      "li",
      { class: "cell-card" },
      html("header", {}, heading, html("span", { class: "authors" }, authors), from),
      html("p", { class: "title" }, title),
      html("p", { class: "purpose" }, purpose),
      html("pre", { class: "lines", tabindex: "0", "aria-label": `Main lines of ${name}` }, ...lines.flatMap(coloured)),
      html(
        "footer",
        {},
        this.strip(shown, values, `${shown} of ${name}`),
        html("p", { class: "sentence" }, sentence),
        this.choice(name),
      ),
    );
  }

  /**
   * @param {string} label
   * @param {number[]} values
   * @param {string} spoken
   */
  strip(label, values, spoken) {
    const cells = values.map((value, t) => {
      const { background } = heatColour(value, { full: FULL, hue: "", dark: this.dark });
      const attributes = { class: value < 0 ? "cell negative" : "cell", style: `background-color: ${background}` };
      return html("span", { ...attributes, title: `step ${t + 1}: ${number(value)}` });
    });
    const words = `${spoken}, step by step: ${values.map(number).join(", ")}`;
    const grid = html("div", { class: "cells", role: "img", "aria-label": words, style: `--steps: ${values.length}` });
    grid.append(...cells);
    return html("div", { class: "strip colours-only" }, html("span", { class: "label" }, label), grid);
  }

  /** @param {string} name */
  choice(name) {
    const onclick = () => this.send("choose", name);
    const button = html("button", { type: "button", onclick });
    this.buttons.set(name, button);
    return button;
  }

  dispose() {
    this.buttons.clear();
  }
}

/**
 * Brings what stands below the gallery into sight: the cells side by side.
 * @param {HTMLElement} root
 */
function showBelow(root) {
  const main = document.querySelector('[data-testid="stMain"]');
  const behavior = prefersReducedMotion() ? "auto" : "smooth";
  main?.scrollBy({ top: root.getBoundingClientRect().bottom - 120, behavior });
}

/** @param {[string, string][]} line */
function coloured(line) {
  const nodes = line.map(([text, key]) => (key ? html("span", { style: `color: var(--of-${key})` }, text) : text));
  return [...nodes, "\n"];
}

export default mount(".gallery", (root) => new Gallery(root));

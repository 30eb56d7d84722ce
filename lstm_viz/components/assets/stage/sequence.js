// The input as a person types it: one line for each input, lined up step by step. The run follows while one types;
// Python reads the text and says, beside the line, what it cannot read. What was typed stays.

import { html, setText } from "../shared/dom.js";

/** @typedef {import("./record.js").EditableRecord} EditableRecord */
/** @typedef {import("./stage.js").Stage} Stage */

export class Sequence {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.typing = false;
    /** @type {{box: HTMLTextAreaElement, error: HTMLElement}[]} */
    this.lines = [];
    this.root = html("div", { class: "sequence" });
  }

  /** @param {EditableRecord} record */
  shape({ names }) {
    return names;
  }

  /** @param {EditableRecord} record */
  build({ names }) {
    this.lines = names.map((name) => this.makeLine(name));
    const rows = this.lines.map(({ box, error }, d) => [
      html("span", { class: "label x" }, names[d]),
      html("div", {}, box, error),
    ]);
    this.root.replaceChildren(...rows.flat());
  }

  /** @param {string} name */
  makeLine(name) {
    const error = html("span", { class: "error", role: "alert", id: `error-line-${name}` });
    const box = html("textarea", {
      rows: 1,
      wrap: "off",
      spellcheck: "false",
      autocomplete: "off",
      "aria-label": `Input ${name}, one number a step`,
      "aria-describedby": error.id,
    });
    box.addEventListener("input", () => this.type(false));
    box.addEventListener("change", () => this.type(true));
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.type(true);
    });
    return { box, error };
  }

  /** @param {boolean} done */
  type(done) {
    this.typing = !done;
    this.stage.editor.edit("lines", { kind: "lines", texts: this.lines.map(({ box }) => box.value) }, done);
  }

  /** @param {EditableRecord} record */
  update({ texts, troubles }) {
    const refused = troubles.some((trouble) => trouble);
    this.lines.forEach(({ box, error }, d) => {
      setText(error, troubles[d]);
      if (troubles[d]) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
      // Neither what cannot be read yet nor what is still being typed is taken out of the hand.
      if (!refused && !this.typing && !this.stage.editor.pending && box.value !== texts[d]) box.value = texts[d];
    });
  }
}

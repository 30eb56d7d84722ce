// The input as a person types it: one line for each input, lined up step by step. The run follows while one types;
// Python reads the text and says, beside the line, what it cannot read. What was typed stays.

import { html, setText } from "../shared/dom.js";

export class Sequence {
  constructor(stage) {
    this.stage = stage;
    this.root = html("div", { class: "sequence" });
  }

  shape(record) {
    return record.names;
  }

  build({ names }) {
    this.lines = names.map((name) => {
      const box = html("textarea", {
        rows: 1,
        wrap: "off",
        spellcheck: "false",
        autocomplete: "off",
        "aria-label": `Input ${name}, one number a step`,
      });
      const trouble = html("span", { class: "trouble", role: "alert", id: `trouble-line-${name}` });
      box.setAttribute("aria-describedby", trouble.id);
      box.addEventListener("input", () => this.type(false));
      box.addEventListener("change", () => this.type(true));
      box.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        this.type(true);
      });
      return { box, trouble };
    });
    const rows = this.lines.map(({ box, trouble }, d) => [
      html("span", { class: "label x" }, names[d]),
      html("div", {}, box, trouble),
    ]);
    this.root.replaceChildren(...rows.flat());
  }

  type(done) {
    this.typed = !done;
    this.stage.edits.push("lines", { kind: "lines", texts: this.lines.map(({ box }) => box.value) }, done);
  }

  update({ texts, troubles }) {
    const wrong = troubles.some((trouble) => trouble);
    this.lines.forEach(({ box, trouble }, d) => {
      setText(trouble, troubles[d]);
      if (troubles[d]) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
      // Neither what cannot be read yet nor what is still being typed is taken out of the hand.
      if (!wrong && !this.typed && !this.stage.edits.pending && box.value !== texts[d]) box.value = texts[d];
    });
  }
}

// A panel of dials for pages without a stage: cards of sliders that report while they are dragged.

import { isDark } from "../shared/colour.js";
import { Dial } from "../shared/dial.js";
import { html } from "../shared/dom.js";
import { Edits } from "../shared/edits.js";

const panels = new WeakMap();

class Panel {
  constructor(root) {
    this.root = root;
    this.edits = new Edits();
  }

  update(record, send) {
    this.edits.settle(record, send);
    const shape = JSON.stringify(
      record.cards.map(({ title, dials }) => [
        title,
        dials.map(({ key, label, low, high }) => [key, label, low, high]),
      ]),
    );
    if (shape !== this.shape) this.build(record);
    this.shape = shape;
    const dark = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color") || "#ffffff");
    this.root.classList.toggle("dark", dark);
    record.cards.forEach(({ light, dark: onDark }, k) =>
      this.root.children[k].style.setProperty("--hue", dark ? onDark : light),
    );
    // While the hand is ahead of the answers, the controls belong to the hand.
    if (this.edits.pending) return;
    for (const { key, value, low, high } of record.cards.flatMap(({ dials }) => dials))
      this.dials[key].show(value, [low, high]);
  }

  build({ cards }) {
    this.dials = {};
    const make = ({ key, label, name, low, high }) => {
      const push = (value, done) => this.edits.push(key, { key, value }, done);
      this.dials[key] = new Dial(name, [label], push, [low, high]);
      return this.dials[key].root;
    };
    this.root.replaceChildren(
      ...cards.map(({ title, dials }) =>
        html("div", { class: "card" }, html("header", {}, html("h3", {}, title)), ...dials.map(make)),
      ),
    );
  }
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".panel");
  let panel = panels.get(root);
  if (!panel) panels.set(root, (panel = new Panel(root)));
  panel.update(JSON.parse(new TextDecoder().decode(data)), setTriggerValue);
  return () => {
    // The cleanup of a superseded call comes too, at its own time.
    setTimeout(() => {
      if (!root.isConnected) panel.edits.dispose();
    });
  };
}

// Several cells on the same input, as heat strips under one cursor. Steps stay in the browser; every strip, chart and
// stage of the same run follows by the events that chart/index.js describes.

import { isDark } from "../shared/colour.js";
import { html } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { Heat } from "../shared/heat.js";
import { readStep, writeStep } from "../shared/place.js";

const KEYS = { ArrowLeft: (step) => step - 1, ArrowRight: (step) => step + 1, Home: () => 0, End: () => Infinity };
const strips = new WeakMap();

class Strips {
  constructor(root) {
    this.root = root;
    this.heat = new Heat((step) => this.ask(step));
    this.place = html("p", { class: "place" });
    root.replaceChildren(this.place, this.heat.root);
    this.heat.scrubber.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.ask(KEYS[event.key](this.step));
    });
    this.off = new AbortController();
    const { signal } = this.off;
    const mine = ({ detail }) => detail.run === this.record?.run && detail.step !== this.step;
    window.addEventListener("lstm-viz:step", (event) => mine(event) && this.take(event.detail.step), { signal });
    window.addEventListener("lstm-viz:goto", (event) => mine(event) && this.goto(event.detail.step), { signal });
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(root);
  }

  update(record) {
    const another = this.record && record.origin !== this.record.origin;
    this.step = this.record ? Math.min(another ? record.opening : this.step, record.steps - 1) : readStep(record);
    this.record = record;
    this.dark = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color") || "#ffffff");
    this.root.classList.toggle("dark", this.dark);
    this.rows = record.groups.flatMap(({ title, light, dark, rows }) => [
      ...(title ? [{ title, hue: this.dark ? dark : light, name: "" }] : []),
      ...rows.map((row) => ({
        ...row,
        quantity: row.key,
        name: row.key,
        label: row.symbol,
        hue: this.dark ? row.dark : row.light,
      })),
    ]);
    const shape = JSON.stringify([record.steps, this.rows.map(({ title, key }) => [title, key])]);
    if (shape !== this.shape) {
      this.heat.build(record.steps, this.rows);
      this.heat.resize();
    }
    this.shape = shape;
    this.rows.forEach(({ title, hue }, k) => !title && (this.heat.lines[k].label.style.color = hue));
    this.colour();
    this.announce();
  }

  colour() {
    this.heat.colour(this.rows, this.dark);
    this.take(this.step);
  }

  resize() {
    if (!this.record) return;
    this.heat.resize();
    this.colour();
  }

  /** What a person asks for here is asked of everything that shows this run, this included. */
  ask(step) {
    const next = Math.max(0, Math.min(this.record.steps - 1, step));
    window.dispatchEvent(new CustomEvent("lstm-viz:goto", { detail: { run: this.record.run, step: next } }));
  }

  goto(step) {
    this.take(Math.min(step, this.record.steps - 1));
    this.announce();
  }

  take(step) {
    this.step = step;
    this.place.textContent = `step ${step + 1} of ${this.record.steps}`;
    this.heat.show(step, this.sentence());
  }

  announce() {
    const detail = { run: this.record.run, step: this.step };
    const shared = (window.__lstmViz ??= {});
    (shared.steps ??= {})[detail.run] = detail.step;
    window.dispatchEvent(new CustomEvent("lstm-viz:step", { detail }));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => writeStep(this.step), 350);
  }

  sentence() {
    const said = this.record.groups.map(({ title, rows }) => {
      const numbers = rows
        .filter(({ key }) => "xch".includes(key))
        .map(({ symbol, values }) => `${symbol} ${number(values[this.step])}`);
      return `${title || "Input"}: ${numbers.join(", ")}`;
    });
    return `Step ${this.step + 1} of ${this.record.steps}. ${said.join(". ")}.`;
  }

  dispose() {
    clearTimeout(this.resting);
    this.off.abort();
    this.resizing.disconnect();
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".strips");
  let shown = strips.get(root);
  if (!shown) strips.set(root, (shown = new Strips(root)));
  shown.update(JSON.parse(new TextDecoder().decode(data)));
  return () => {
    // The cleanup of a superseded call comes too, at its own time.
    setTimeout(() => {
      if (!root.isConnected) shown.dispose();
    });
  };
}

// The gates on one sequence while they are learned: a heat strip, and a slider over the time of training. Sliding,
// playing and stepping stay in the browser. Charts of the same run follow by the events that chart/index.js describes:
// what they call a step is an update here, counted from 1.

import { isDark } from "../shared/colour.js";
import { html, prefersStill } from "../shared/dom.js";
import { number } from "../shared/format.js";
import { Heat } from "../shared/heat.js";
import { Projector } from "./projector.js";
import { Signs } from "./signs.js";
import { Words } from "./words.js";

const KEYS = { ArrowLeft: (step) => step - 1, ArrowRight: (step) => step + 1, Home: () => 0, End: () => Infinity };
const films = new WeakMap();

class Film {
  constructor(root) {
    this.root = root;
    this.projector = new Projector((frame) => this.show(frame));
    this.heat = new Heat((step) => this.point(step));
    this.signs = new Signs(this.heat);
    this.words = new Words((step) => this.point(step));
    this.reading = html("p", { class: "reading" });
    this.heat.scrubber.setAttribute("aria-label", "Step of the sequence");
    this.heat.scrubber.addEventListener("keydown", (event) => {
      if (!(event.key in KEYS) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.point(KEYS[event.key](this.step));
    });
    root.replaceChildren(this.projector.root, this.heat.root, this.words.root, this.reading);
    this.off = new AbortController();
    const mine = ({ detail }) => detail.run === this.record?.run;
    window.addEventListener("lstm-viz:goto", (event) => mine(event) && this.show(this.nearest(event.detail.step + 1)), {
      signal: this.off.signal,
    });
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(root);
  }

  update(record) {
    const before = this.record;
    const another = before?.origin !== record.origin;
    const atEnd = another || this.frame === before.frames.length - 1;
    // By its update, not by its place: a long run thins out its snapshots.
    const shown = before?.frames[this.frame].update;
    this.record = record;
    this.dark = isDark(getComputedStyle(this.root).getPropertyValue("--st-background-color") || "#ffffff");
    this.root.classList.toggle("dark", this.dark);
    this.rows = [...record.inputs, ...record.rows].map((row) => ({
      ...row,
      quantity: row.key,
      label: row.symbol,
      hue: this.dark ? row.dark : row.light,
    }));
    const shape = JSON.stringify([record.steps, record.labels, record.marks, this.rows.map(({ key }) => key)]);
    if (shape !== this.shape) {
      this.shape = shape;
      // An input is called by a word, in upright letters; all else by its sign.
      this.heat.build(
        record.steps,
        this.rows.map(({ key, quantity }) => ({ quantity, name: key === "x" ? "word" : "" })),
      );
      this.signs.build(record);
      this.words.build(record);
      this.fit();
      this.step = record.marks[0] ?? 0;
    }
    this.rows.forEach(({ hue }, k) => (this.heat.lines[k].label.style.color = hue));
    this.projector.load(record.frames.length);
    this.show(atEnd ? record.frames.length - 1 : this.nearest(shown));
    if (before && record.begun && record.begun !== before.begun) this.comeIntoView();
  }

  /** Whoever has pressed Train wants to see what it does; where the film is seen already, the page stays. */
  comeIntoView() {
    const { top, bottom } = this.root.getBoundingClientRect();
    if (top >= 0 && bottom <= window.innerHeight) return;
    this.root.scrollIntoView({ block: "center", behavior: prefersStill() ? "auto" : "smooth" });
  }

  fit() {
    this.heat.resize();
    this.words.resize(this.signs.resize());
  }

  resize() {
    if (!this.record) return;
    this.fit();
    this.show(this.frame);
  }

  nearest(update) {
    const away = this.record.frames.map((frame) => Math.abs(frame.update - update));
    return away.indexOf(Math.min(...away));
  }

  show(frame) {
    this.frame = frame;
    const { update, score, values } = this.record.frames[frame];
    this.values = [...this.record.inputs.map((row) => row.values), ...values];
    this.heat.colour(
      this.rows.map((row, k) => ({ ...row, values: this.values[k] })),
      this.dark,
    );
    this.words.colour(this.rows, this.values, this.dark);
    this.projector.show(
      frame,
      update ? `after ${update.toLocaleString("en-GB")} update${update === 1 ? "" : "s"}` : "before training",
      score,
    );
    this.point(this.step);
    this.announce(update);
  }

  point(step) {
    const { steps, labels, marks } = this.record;
    this.step = Math.max(0, Math.min(steps - 1, step));
    const label = labels[this.step];
    this.words.show(this.step);
    const what = `Step ${this.step + 1}${label ? ` “${label}”` : ""}${marks.includes(this.step) ? ", marked" : ""}`;
    const numbers = this.rows.map(({ key, symbol, hue }, k) => ({
      key,
      symbol,
      hue,
      text: number(this.values[k][this.step]),
    }));
    this.heat.show(this.step, `${what}. ${numbers.map(({ symbol, text }) => `${symbol} ${text}`).join(", ")}`);
    this.reading.replaceChildren(
      html("span", { class: "what" }, what),
      ...numbers.map(({ key, symbol, hue, text }) =>
        html(
          "span",
          { class: "said" },
          html("i", { class: key === "x" && "word", style: `color: ${hue}` }, symbol),
          ` ${text}`,
        ),
      ),
    );
  }

  announce(update) {
    const detail = { run: this.record.run, step: update - 1 };
    ((window.__lstmViz ??= {}).steps ??= {})[detail.run] = detail.step;
    window.dispatchEvent(new CustomEvent("lstm-viz:step", { detail }));
  }

  dispose() {
    this.projector.stop();
    this.off.abort();
    this.resizing.disconnect();
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".film");
  let shown = films.get(root);
  if (!shown) films.set(root, (shown = new Film(root)));
  shown.update(JSON.parse(new TextDecoder().decode(data)));
  return () => {
    // The cleanup of a superseded call comes too, at its own time.
    setTimeout(() => {
      if (!root.isConnected) shown.dispose();
    });
  };
}

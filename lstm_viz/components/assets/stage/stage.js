// The stage: one run, joined. It owns the chosen step and unit, plays on its own clock, and hands every part the same
// moment to draw. It computes no LSTM: all numbers come in the record, and edits go to Python and come back as a run.

import { isDark } from "../shared/colour.js";
import { html, prefersStill } from "../shared/dom.js";
import { Edits } from "../shared/edits.js";
import { readStep, writeStep } from "../shared/place.js";
import { Preview } from "../shared/preview.js";
import { Diagram } from "./diagram.js";
import { Dials } from "./dials.js";
import { Linking } from "./linking.js";
import { Reading } from "./reading.js";
import { Sequence } from "./sequence.js";
import { Strip } from "./strip.js";
import { Toolbar } from "./toolbar.js";

const STEP_KEYS = { ArrowLeft: -1, ArrowRight: 1 };
// What a slider answers beside; only on the strip, for elsewhere these scroll the page.
const STRIP_KEYS = { ArrowDown: -1, ArrowUp: 1, PageDown: -5, PageUp: 5 };
const CONTROLS =
  "input, select, textarea, button, a, summary, [role=button], [role=option], [role=combobox], [contenteditable]";
// For the charts of each run: the stage that may draw ahead of Streamlit.
const hands = ((window.__lstmViz ??= { steps: {} }).hands ??= {});
const SLOWEST = 1500; // milliseconds a step at speed 1

export class Stage {
  constructor(root) {
    this.root = root;
    this.step = 0;
    this.unit = 0;
    this.speed = 2;
    this.playing = false;
    this.backward = false;
    this.preview = new Preview(
      () => this.question(),
      (answer) => this.foresee(answer),
      () => this.edits.flush(),
    );
    // What a person types is read by Python with the session's own words; all else can be seen before.
    this.edits = new Edits(({ kind }) => kind !== "lines" && this.preview.ask(this.record?.preview));
    this.toolbar = new Toolbar(this);
    this.sequence = new Sequence(this);
    this.strip = new Strip(this);
    this.diagram = new Diagram(this);
    this.reading = new Reading(this);
    this.dials = new Dials(this);
    this.spoken = html("div", { class: "unseen", "aria-live": "polite" });
    root.replaceChildren(
      this.toolbar.root,
      html(
        "div",
        { class: "board" },
        html("div", {}, this.sequence.root, this.strip.root),
        this.diagram.root,
        this.dials.root,
        this.reading.root,
      ),
      this.spoken,
    );
    this.linking = new Linking(this);
    this.listen();
  }

  listen() {
    this.off = new AbortController();
    const { signal } = this.off;
    this.root.addEventListener("keydown", (event) => this.onKey(event), { signal });
    // While the stage is in sight its keys work from everywhere but a control: a teacher need not click it first.
    document.addEventListener(
      "keydown",
      (event) => {
        const path = event.composedPath();
        if (!path.includes(this.root) && !path[0].closest?.(CONTROLS) && this.inSight()) this.onKey(event);
      },
      { signal },
    );
    window.addEventListener(
      "lstm-viz:goto",
      ({ detail }) => {
        if (detail.run === this.record?.run) this.goto(detail.step);
      },
      { signal },
    );
    this.sizing = new ResizeObserver(() => this.resize());
    this.sizing.observe(this.root);
  }

  dispose() {
    this.pause();
    this.off.abort();
    this.sizing.disconnect();
    clearTimeout(this.resting);
    this.edits.dispose();
    this.preview.forget();
    if (hands[this.record?.run] === this) delete hands[this.record.run];
  }

  /** Takes a run (or the same in a new theme) as Streamlit knows it. */
  update(record, send) {
    this.edits.settle(record, send);
    this.known = record;
    // Older than what the hand shows: the picture must not jump back.
    if (this.ahead && this.edits.pending && record.home === this.record.home) return this.toolbar.update(record);
    this.ahead = false;
    this.preview.forget();
    this.draw(record);
  }

  /** What the server is asked while a hand drags: the run that Streamlit knows, and what was changed since. */
  question() {
    const { link, unit } = this.known;
    return { run: link, unit, dark: this.dark, edits: this.edits.ahead };
  }

  /** Takes the answer. What the session alone knows stays. */
  foresee({ stage, charts }) {
    this.ahead = true;
    this.draw({ ...this.known, ...stage });
    window.dispatchEvent(new CustomEvent("lstm-viz:preview", { detail: { run: stage.run, charts } }));
  }

  /** The id of the edit that an answer of Streamlit must know of to be newer than what is shown. */
  get awaited() {
    return this.ahead ? this.edits.awaited : 0;
  }

  draw(record) {
    const first = !this.record;
    const another = !first && record.origin !== this.record.origin;
    this.step = first ? readStep(record) : Math.min(another ? record.opening : this.step, record.steps - 1);
    const chosen = record.gradient && !this.record?.gradient;
    this.record = record;
    hands[record.run] = this;
    if (chosen || !record.gradient) this.backward = !!record.gradient;
    if (!this.edits.pending) this.unit = record.unit;
    this.unit = Math.min(this.unit, record.units - 1);
    this.root.classList.remove("gliding");
    this.paint();
    for (const part of this.parts()) {
      this.build(part);
      part.update?.(record);
    }
    this.show({ moved: true });
  }

  /** Lets a part make its elements anew, but only if what decides which there are has changed. */
  build(part) {
    const shape = part.shape?.(this.record).join("|");
    if (shape === part.built) return;
    part.built = shape;
    part.build(this.record);
  }

  parts() {
    const { editable } = this.record;
    return [
      this.toolbar,
      ...(editable ? [this.sequence, this.strip] : []),
      this.diagram,
      this.reading,
      ...(editable ? [this.dials] : []),
    ];
  }

  /** Sets the colours of this theme, from the one table that Python holds. */
  paint() {
    const style = getComputedStyle(this.root);
    this.dark = isDark(style.getPropertyValue("--st-background-color") || "#ffffff");
    // To set a colour again, even the same, would have the style of everything below it computed anew.
    const painted = [this.dark, this.record.editable, ...Object.keys(this.record.signs)].join();
    if (painted === this.painted) return;
    this.painted = painted;
    this.root.classList.toggle("dark", this.dark);
    this.root.classList.toggle("read-only", !this.record.editable);
    this.colours = {};
    for (const [key, sign] of Object.entries(this.record.signs)) {
      this.colours[key] = this.dark ? sign.dark : sign.light;
      this.root.style.setProperty(`--${key}`, this.colours[key]);
    }
  }

  /** Draws the chosen step and unit in every part. No message leaves the browser. */
  show({ moved = false } = {}) {
    for (const part of this.parts()) part.show?.(this.record, this.step, this.unit);
    if (moved) this.announce();
  }

  /** Tells the charts at once, and the address bar and a screen reader when the hand rests. */
  announce() {
    const detail = { run: this.record.run, step: this.step };
    const shared = (window.__lstmViz ??= { steps: {} });
    shared.steps[detail.run] = detail.step;
    (shared.origins ??= {})[detail.run] = this.record.origin;
    window.dispatchEvent(new CustomEvent("lstm-viz:step", { detail }));
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      writeStep(this.step);
      if (!this.playing) this.spoken.textContent = this.reading.sentence();
    }, 350);
  }

  goto(step) {
    const next = Math.max(0, Math.min(this.record.steps - 1, step));
    if (next === this.step) return;
    const along = next === this.step + this.direction;
    this.step = next;
    this.root.classList.add("gliding");
    this.show({ moved: true });
    if (along) this.diagram.flow();
  }

  choose(unit) {
    this.unit = unit;
    this.show({ moved: true });
    this.edits.push("unit", { kind: "unit", unit }, true);
  }

  /** The way time runs on the stage: on, or back along the gradient. */
  get direction() {
    return this.backward ? -1 : 1;
  }

  /** Where playing ends. */
  get end() {
    return this.backward ? 0 : this.record.steps - 1;
  }

  turn() {
    this.pause();
    this.backward = !this.backward;
    this.build(this.diagram);
    this.show();
  }

  play() {
    if (this.step === this.end) this.goto(this.record.steps - 1 - this.end);
    this.playing = true;
    this.root.classList.toggle("playing", !prefersStill());
    this.toolbar.show(this.record, this.step);
    this.tick();
  }

  tick() {
    this.timer = setTimeout(() => {
      this.goto(this.step + this.direction);
      if (this.step === this.end) this.pause();
      else this.tick();
    }, SLOWEST / this.speed);
  }

  pause() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.root.classList.remove("playing");
    this.toolbar.show(this.record, this.step);
    this.announce();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  onKey(event) {
    const target = event.composedPath()[0];
    const typing = target.matches?.("input, select, textarea");
    // Where something is half typed, undoing means the typing.
    const halfTyped = target.matches?.("textarea, [data-typing]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !halfTyped) {
      event.preventDefault();
      this.edits.history(event.shiftKey ? "redo" : "undo");
    }
    if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key in STRIP_KEYS && target.matches?.("[role=slider]"))
      this.byHand(event, this.step + STRIP_KEYS[event.key]);
    else if (event.key in STEP_KEYS) this.byHand(event, this.step + STEP_KEYS[event.key]);
    else if (event.key === "Home") this.byHand(event, 0);
    else if (event.key === "End") this.byHand(event, this.record.steps - 1);
    else if (event.key === " " && !target.matches?.("button")) {
      event.preventDefault();
      this.toggle();
    }
  }

  byHand(event, step) {
    event.preventDefault();
    this.pause();
    this.goto(step);
  }

  inSight() {
    const { top, bottom } = this.root.getBoundingClientRect();
    return top < window.innerHeight && bottom > 0;
  }

  resize() {
    const width = this.root.clientWidth;
    const layout = width >= 1080 ? "wide" : width >= 640 ? "middle" : "narrow";
    if (width === 0 || (layout === this.layout && width === this.width)) return;
    this.width = width;
    this.layout = layout;
    this.root.dataset.layout = layout;
    if (!this.record) return;
    this.build(this.diagram);
    if (this.record.editable) this.strip.resize();
    this.show();
  }
}

// The stage: one run, joined. It owns the chosen step and unit, plays on its own clock, and hands every part the same
// moment to draw. It computes no LSTM: all numbers come in the record, and edits go to Python and come back as a run.

import { followTheme } from "../shared/colour.js";
import { html, prefersReducedMotion } from "../shared/dom.js";
import { Editor } from "../shared/editor.js";
import * as page from "../shared/page.js";
import { Diagram } from "./diagram.js";
import { Dials } from "./dials.js";
import { Equations } from "./equations.js";
import { dim } from "./guided.js";
import { Highlighting } from "./highlighting.js";
import { Sequence } from "./sequence.js";
import { Strip } from "./strip.js";
import { Toolbar } from "./toolbar.js";

/** @typedef {import("../shared/mount.js").SendTrigger} SendTrigger */
/** @typedef {import("./record.js").StagePart} StagePart */
/** @typedef {import("./record.js").StageRecord} StageRecord */

/** @type {Record<string, number>} */
const STEP_KEYS = { ArrowLeft: -1, ArrowRight: 1 };
/** @type {Record<string, number>} What a slider answers beside; only on the strip, for elsewhere these scroll the page. */
const STRIP_KEYS = { ArrowDown: -1, ArrowUp: 1, PageDown: -5, PageUp: 5 };
const CONTROLS =
  "input, select, textarea, button, a, summary, [role=button], [role=option], [role=combobox], [contenteditable]";
const WIDE = 1080; // pixels
const MIDDLE = 640;
const SLOWEST = 1500; // milliseconds a step at speed 1
const REST = 350; // milliseconds after which the address and a screen reader are told the step

export class Stage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {StageRecord | undefined} */
    this.record = undefined;
    this.step = 0;
    this.unit = 0;
    this.speed = 2;
    this.playing = false;
    this.backward = false;
    this.dark = false;
    this.width = 0;
    /** @type {"wide" | "middle" | "narrow" | ""} */
    this.layout = "";
    /** @type {Record<string, string>} The colour of each quantity in this theme. */
    this.colours = {};
    this.painted = "";
    /** @type {Map<StagePart, string | undefined>} What the elements of a part were made for. */
    this.shapes = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.ticking = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    /** @type {Editor<StageRecord>} */
    this.editor = new Editor({
      draw: (record) => this.draw(record),
      context: () => ({ unit: this.editor.committed?.unit ?? 0, dark: this.dark }),
      // What a person types is read by Python with the session's own words; all else can be shown before.
      canPreview: ({ kind }) => kind !== "lines",
    });
    this.toolbar = new Toolbar(this);
    this.sequence = new Sequence(this);
    this.strip = new Strip(this);
    this.diagram = new Diagram(this);
    this.equations = new Equations(this);
    this.dials = new Dials(this);
    this.liveRegion = html("div", { class: "unseen", "aria-live": "polite" });
    const input = html("div", {}, this.sequence.root, this.strip.root);
    const board = html("div", { class: "board" }, input, this.diagram.root, this.dials.root, this.equations.root);
    root.replaceChildren(this.toolbar.root, board, this.liveRegion);
    this.highlighting = new Highlighting(this);
    this.listening = new AbortController();
    this.listen(this.listening.signal);
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.root);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.root.addEventListener("keydown", (event) => this.onKey(event), { signal });
    // While the stage is in sight its keys work from everywhere but a control: a teacher need not click it first.
    document.addEventListener(
      "keydown",
      (event) => {
        const path = event.composedPath();
        const onControl = path[0] instanceof Element && path[0].closest(CONTROLS);
        if (!path.includes(this.root) && !onControl && this.inSight()) this.onKey(event);
      },
      { signal },
    );
    page.onStepRequest(({ run, step }) => run === this.record?.run && this.goto(step), signal);
    page.onPreview(
      () => this.record?.key,
      (/** @type {Partial<StageRecord>} */ preview) => this.showPreview(preview),
      signal,
    );
  }

  dispose() {
    this.pause();
    this.listening.abort();
    this.resizing.disconnect();
    clearTimeout(this.resting);
    this.editor.dispose();
  }

  /**
   * Takes a run (or the same in a new theme) as Streamlit knows it.
   * @param {StageRecord} record
   * @param {SendTrigger} send
   */
  update(record, send) {
    if (!this.editor.commit(record, send)) this.toolbar.update(record);
  }

  /**
   * Takes a preview that another component of the page has asked for.
   * @param {Partial<StageRecord>} preview
   */
  showPreview(preview) {
    if (this.record) this.draw(/** @type {StageRecord} */ ({ ...this.record, ...preview }));
  }

  /** @param {StageRecord} record */
  draw(record) {
    const before = this.record;
    const another = before && record.origin !== before.origin;
    this.step = before ? Math.min(another ? record.opening : this.step, record.steps - 1) : page.openingStep(record);
    this.record = record;
    // A loss that has just been chosen shows its gradient; where it is always at hand, one asks for it.
    if (!record.gradient) this.backward = false;
    else if (!before?.gradient) this.backward = record.editable;
    if (!this.editor.pending) this.unit = record.unit;
    this.unit = Math.min(this.unit, record.units - 1);
    this.root.classList.remove("gliding");
    this.paint(record);
    for (const part of this.parts(record)) {
      this.build(part, record);
      part.update?.(record);
    }
    this.show({ moved: true });
  }

  /**
   * Lets a part make its elements anew, but only if what decides which there are has changed.
   * @param {StagePart} part
   * @param {StageRecord} record
   */
  build(part, record) {
    const shape = part.shape?.(record).join("|");
    if (shape === this.shapes.get(part)) return;
    this.shapes.set(part, shape);
    part.build?.(record);
  }

  /**
   * @param {StageRecord} record
   * @returns {StagePart[]}
   */
  parts({ editable }) {
    const shown = [this.diagram, this.equations];
    return editable ? [this.toolbar, this.sequence, this.strip, ...shown, this.dials] : [this.toolbar, ...shown];
  }

  /**
   * Sets the colours of this theme, from the one table that Python holds.
   * @param {StageRecord} record
   */
  paint({ editable, symbols }) {
    this.dark = followTheme(this.root);
    // To set a colour again, even the same, would have the style of everything below it computed anew.
    const painted = [this.dark, editable, ...Object.keys(symbols)].join();
    if (painted === this.painted) return;
    this.painted = painted;
    this.root.classList.toggle("read-only", !editable);
    this.colours = {};
    for (const [key, { light, dark }] of Object.entries(symbols)) {
      this.colours[key] = this.dark ? dark : light;
      this.root.style.setProperty(`--q-${key}`, this.colours[key]);
    }
  }

  /** Draws the chosen step and unit in every part. No message leaves the browser. */
  show({ moved = false } = {}) {
    if (!this.record) return;
    for (const part of this.parts(this.record)) part.show?.(this.record, this.step, this.unit);
    dim(this.root, this.record.lit);
    if (moved) this.announce(this.record);
  }

  /**
   * Tells the charts at once, and the address bar and a screen reader when the hand rests.
   * @param {StageRecord} record
   */
  announce({ run, origin }) {
    page.announceStep(run, this.step, origin);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      page.writeStep(this.step);
      if (!this.playing) this.liveRegion.textContent = this.equations.sentence();
    }, REST);
  }

  /** @param {number} step */
  goto(step) {
    const next = Math.max(0, Math.min(this.steps - 1, step));
    if (next === this.step) return;
    const along = next === this.step + this.direction;
    this.step = next;
    this.root.classList.add("gliding");
    this.show({ moved: true });
    if (along) this.diagram.flow();
  }

  /** @param {number} unit */
  choose(unit) {
    this.unit = unit;
    this.show({ moved: true });
    this.editor.edit("unit", { kind: "unit", unit }, true);
  }

  get steps() {
    return this.record?.steps ?? 1;
  }

  /** The way time runs on the stage: on, or back along the gradient. */
  get direction() {
    return this.backward ? -1 : 1;
  }

  /** Where playing ends. */
  get end() {
    return this.backward ? 0 : this.steps - 1;
  }

  /** Shows the run instead of its gradient, or the gradient instead of the run. */
  turn() {
    if (!this.record) return;
    this.pause();
    this.backward = !this.backward;
    this.build(this.diagram, this.record);
    this.show();
  }

  play() {
    if (this.step === this.end) this.goto(this.steps - 1 - this.end);
    this.playing = true;
    this.root.classList.toggle("playing", !prefersReducedMotion());
    this.toolbar.showPlaying();
    this.tick();
  }

  tick() {
    this.ticking = setTimeout(() => {
      this.goto(this.step + this.direction);
      if (this.step === this.end) this.pause();
      else this.tick();
    }, SLOWEST / this.speed);
  }

  pause() {
    clearTimeout(this.ticking);
    if (!this.playing) return;
    this.playing = false;
    this.root.classList.remove("playing");
    this.toolbar.showPlaying();
    if (this.record) this.announce(this.record);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { key } = event;
    const target = event.composedPath()[0];
    if (!(target instanceof Element)) return;
    if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z") this.onUndoKey(event, target);
    if (target.matches("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (key in STRIP_KEYS && target.matches("[role=slider]")) this.goByKey(event, this.step + STRIP_KEYS[key]);
    else if (key in STEP_KEYS) this.goByKey(event, this.step + STEP_KEYS[key]);
    else if (key === "Home") this.goByKey(event, 0);
    else if (key === "End") this.goByKey(event, this.steps - 1);
    else if (key === " " && !target.matches("button")) {
      event.preventDefault();
      this.toggle();
    }
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Element} target
   */
  onUndoKey(event, target) {
    // Where something is half typed, undoing means the typing.
    if (target.matches("textarea, [data-typing]")) return;
    event.preventDefault();
    this.editor.history(event.shiftKey ? "redo" : "undo");
  }

  /**
   * @param {KeyboardEvent} event
   * @param {number} step
   */
  goByKey(event, step) {
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
    const layout = width >= WIDE ? "wide" : width >= MIDDLE ? "middle" : "narrow";
    if (width === 0 || (layout === this.layout && width === this.width)) return;
    this.width = width;
    this.layout = layout;
    this.root.dataset.layout = layout;
    if (!this.record) return;
    this.build(this.diagram, this.record);
    if (this.record.editable) this.strip.resize(this.record);
    this.show();
  }
}

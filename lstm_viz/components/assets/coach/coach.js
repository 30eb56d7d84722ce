// The coach of the guided path: what a stop says and asks, its dials, what came of it, and the way on. It computes no
// LSTM: whether a task is done comes with each record, and while a dial moves with each preview.

import { followTheme } from "../shared/colour.js";
import { Dial } from "../shared/dial.js";
import { html, setText } from "../shared/dom.js";
import { Editor } from "../shared/editor.js";
import { requestStep } from "../shared/page.js";
import { rich } from "../shared/rich.js";

/** @typedef {import("../shared/mount.js").SendTrigger} SendTrigger */

/**
 * A weight that the stop lets be set.
 * @typedef {object} DialRecord
 * @property {string} key
 * @property {string} gate
 * @property {number} column
 * @property {string} letter
 * @property {string} index
 * @property {string} name
 * @property {number} value
 * @property {number} solution
 * @property {number} low
 * @property {number} high
 */

/** @typedef {{options: string[], chosen: number | null, says: string, right: boolean}} Choices */

/**
 * What is said of the prediction made last.
 * @typedef {{step: number, said: string, truth: string, off: string, close: boolean, says: string, mistake: string}} Shown
 */

/**
 * @typedef {{steps: number, made: number, close: number, enough: number, quantity: string, asked: number | null,
 *   shown: Shown | null}} Prediction
 */

/**
 * @typedef {import("../shared/editor.js").Editable & {
 *   key?: string,
 *   unit?: number,
 *   number: number,
 *   whole: boolean,
 *   stops: {title: string, done: boolean}[],
 *   title: string,
 *   text: string,
 *   task: string,
 *   done: string,
 *   why: string,
 *   curious: string,
 *   hints: string[],
 *   next: string,
 *   step: number | null,
 *   colours: [string, string],
 *   fits: boolean,
 *   dials: DialRecord[],
 *   choices: Choices | null,
 *   prediction: Prediction | null,
 *   notices: string[] | null,
 *   passed: boolean,
 * }} CoachRecord
 */

const HINT = 40_000; // milliseconds after which the first hint comes by itself
const SOLUTION = 90_000; // after which the task can be done for whoever asks
const LIMIT = 1000; // the largest weight that may be typed
const CONTROLS = "input, select, textarea, button, a, summary, [role=button], [role=combobox], [contenteditable]";
const FLIPPED = "lstm-viz:flipped";

export class Coach {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {CoachRecord | undefined} */
    this.record = undefined;
    /** @type {SendTrigger | undefined} */
    this.send = undefined;
    this.dark = false;
    this.shape = "";
    /** Whether the task of this stop has been done once: to undo it takes nothing away. */
    this.passed = false;
    /** What was said when the page noticed something by itself. */
    this.noticed = "";
    this.hinted = 0;
    /** @type {Map<string, Dial>} */
    this.dials = new Map();
    /** @type {ReturnType<typeof setTimeout>[]} */
    this.timers = [];
    /** @type {Editor<CoachRecord>} */
    this.editor = new Editor({
      draw: (record) => this.draw(record),
      context: () => ({ unit: this.record?.unit ?? 0, dark: this.dark, path: this.record?.number }),
    });
    this.dots = html("div", { class: "dots", "aria-hidden": "true" });
    this.kicker = html("p", { class: "kicker" });
    this.title = html("h2", { tabindex: -1 });
    this.text = html("p", { class: "text" });
    this.task = html("p", { class: "asked" });
    this.controls = html("div", { class: "controls" });
    this.turn = html("div", { class: "turn" }, html("p", { class: "yours" }, "Your turn"), this.task, this.controls);
    this.result = html("div", { class: "result", hidden: true });
    this.hints = html("div", { class: "hints" });
    this.hintButton = html(
      "button",
      { type: "button", class: "quiet hint", onclick: () => this.hint() },
      "Give me a hint",
    );
    this.solve = html(
      "button",
      { type: "button", class: "quiet", hidden: true, onclick: () => this.setIt() },
      "Set it for me",
    );
    this.more = html("p", { class: "more" });
    this.spoken = html("div", { class: "unseen", "aria-live": "polite" });
    this.back = html(
      "button",
      { type: "button", class: "back", "aria-label": "Back", title: "Back", onclick: () => this.go(-1) },
      "←",
    );
    this.forward = html("button", { type: "button", class: "forward", onclick: () => this.go(1) });
    this.leave = html(
      "button",
      { type: "button", class: "quiet", title: "Leave the path (Esc)", onclick: () => this.way({ leave: true }) },
      "Leave",
    );
    this.whole = html("button", {
      type: "button",
      class: "quiet",
      onclick: () => this.way({ whole: !this.record?.whole }),
    });
    root.replaceChildren(
      this.dots,
      html("div", { class: "head" }, this.kicker, this.whole, this.leave),
      html("div", { class: "what" }, this.title, this.text),
      this.turn,
      this.result,
      this.hints,
      html("div", { class: "help" }, this.hintButton, this.solve),
      this.more,
      html("div", { class: "way" }, this.back, this.forward),
      this.spoken,
    );
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener("keydown", (event) => this.onKey(event), { signal });
    window.addEventListener(FLIPPED, (event) => this.notice(/** @type {CustomEvent} */ (event).detail.position), {
      signal,
    });
  }

  /**
   * @param {CoachRecord} record
   * @param {SendTrigger} send
   */
  update(record, send) {
    this.send = send;
    this.editor.commit(record, send);
  }

  /** @param {CoachRecord} record */
  draw(record) {
    const before = this.record;
    this.record = record;
    this.dark = followTheme(this.root);
    this.root.style.setProperty("--hue", record.colours[Number(this.dark)]);
    this.root.style.setProperty("--f", record.colours[Number(this.dark)]);
    if (record.number !== before?.number) this.open(record);
    const wasPassed = this.passed;
    this.passed ||= record.passed;
    this.drawTexts(record);
    this.drawControls(record);
    this.drawResult(record);
    this.drawWay(record);
    if (this.passed && !wasPassed && before) setText(this.spoken, this.result.textContent ?? "");
  }

  /**
   * Begins a stop.
   * @param {CoachRecord} record
   */
  open({ number, passed, run, step, whole }) {
    this.passed = passed;
    this.noticed = "";
    this.hinted = 0;
    this.shape = "";
    this.hints.replaceChildren();
    this.solve.hidden = true;
    setText(this.spoken, "");
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [
      setTimeout(() => !this.passed && this.hinted === 0 && this.hint(), HINT),
      setTimeout(() => this.offer(), SOLUTION),
    ];
    if (run && step) requestStep(run, step - 1);
    // Who walks by keyboard, or hears the page, begins a stop at its heading.
    if (number > 1 && !whole) this.title.focus({ preventScroll: true });
  }

  /** @param {CoachRecord} record */
  drawTexts({ number, stops, title, text, task, why, curious, whole, notices }) {
    this.root.classList.toggle("whole", whole);
    const dots = stops.map(({ done }, k) => html("i", { class: k + 1 === number ? "now" : done ? "done" : "" }));
    this.dots.replaceChildren(...dots);
    setText(this.kicker, `Step ${number} of ${stops.length}`);
    setText(this.title, title);
    this.text.replaceChildren(...rich(text));
    this.task.replaceChildren(...rich(task));
    this.whole.hidden = notices !== null;
    setText(this.whole, whole ? "Back to the path" : "Show everything");
    const parts = [why && html("span", {}, html("b", {}, "Why it matters. "), ...rich(why))];
    if (curious) parts.push(html("span", {}, html("b", {}, "Curious? "), ...rich(curious)));
    this.more.replaceChildren(...parts.filter((part) => part !== ""));
  }

  /** @param {CoachRecord} record */
  drawControls(record) {
    const { dials, choices, prediction, fits } = record;
    const shape = JSON.stringify([
      record.number,
      dials.map(({ key }) => key),
      choices?.options,
      prediction?.asked,
      fits,
    ]);
    if (shape !== this.shape) this.build(record);
    this.shape = shape;
    if (!this.editor.pending) {
      for (const dial of dials) this.dials.get(dial.key)?.show(dial.value, reach(dial));
    }
    for (const [k, option] of [...this.controls.querySelectorAll("button.option")].entries()) {
      const isChosen = k === choices?.chosen;
      option.setAttribute("aria-pressed", String(isChosen));
      option.classList.toggle("wrong", isChosen && !choices?.right);
      option.classList.toggle("right", isChosen && Boolean(choices?.right));
    }
  }

  /** @param {CoachRecord} record */
  build(record) {
    this.dials.clear();
    /** @type {HTMLElement[]} */
    const nodes = record.dials.map((dial) => this.makeDial(dial));
    if (record.choices) nodes.push(this.makeOptions(record.choices));
    if (record.prediction) nodes.push(this.makePrediction(record.prediction));
    if (!record.fits) {
      const again = () => this.way({ go: record.number });
      nodes.push(
        html(
          "button",
          { type: "button", class: "quiet", onclick: again },
          "Another run is open: begin this step of the path again",
        ),
      );
    }
    this.controls.replaceChildren(...nodes);
  }

  /** @param {DialRecord} record */
  makeDial({ key, gate, column, letter, index, name }) {
    const push = (/** @type {number} */ value, /** @type {boolean} */ done) =>
      this.editor.edit(key, { kind: "weight", gate, unit: 0, column, value }, done);
    const dial = new Dial(name, [letter, html("sub", {}, index)], push, { low: -LIMIT, high: LIMIT });
    this.dials.set(key, dial);
    return dial.root;
  }

  /** @param {Choices} choices */
  makeOptions({ options }) {
    const buttons = options.map((option, choice) =>
      html("button", { type: "button", class: "option", onclick: () => this.send?.("answer", { choice }) }, option),
    );
    return html("div", { class: "options", role: "group", "aria-label": "Answers" }, ...buttons);
  }

  /** @param {Prediction} prediction */
  makePrediction({ asked, made, steps, quantity }) {
    if (asked === null) return html("p", { class: "count" }, `${made} of ${steps} made`);
    const field = html("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      "aria-label": `${quantity} at step ${asked}`,
    });
    const error = html("span", { class: "error", role: "alert" });
    const say = () => {
      const value = Number(field.value.trim().replace("−", "-").replace(",", "."));
      const isGood = field.value.trim() !== "" && Number.isFinite(value) && Math.abs(value) <= LIMIT;
      setText(error, isGood ? "" : "Type a number, such as 0.5.");
      if (isGood) this.send?.("answer", { value });
    };
    const form = html(
      "form",
      {
        class: "predict",
        onsubmit: (event) => {
          event.preventDefault();
          say();
        },
      },
      html("span", {}, html("i", {}, quantity), ` at step ${asked} will be`),
      field,
      html("button", { type: "submit", class: "quiet" }, "Look"),
      error,
    );
    if (this.record?.run) requestStep(this.record.run, asked - 1);
    return form;
  }

  /** @param {CoachRecord} record */
  drawResult(record) {
    const { choices, prediction } = record;
    const said = choices?.chosen != null ? [html("p", {}, ...rich(choices.says))] : [];
    if (prediction?.shown) said.push(...this.judgement(prediction.shown, prediction));
    const done = this.noticed || record.done;
    if (this.passed) said.push(html("p", {}, html("b", { class: "tick" }, "✓ Done. "), ...rich(done)));
    this.result.hidden = said.length === 0;
    this.result.classList.toggle("good", this.passed);
    this.result.replaceChildren(...said);
  }

  /**
   * @param {Shown} shown
   * @param {Prediction} prediction
   */
  judgement({ step, said, truth, off, close, says, mistake }, { made, steps, close: right }) {
    const verdict = close ? "✓ close enough" : "✗ not yet";
    const words = `Step ${step}: you said ${said}, it is ${truth}, off by ${off}. ${verdict}. ${right} of ${made} so far; ${steps - made} to go.`;
    return [html("p", {}, html("b", {}, words)), html("p", {}, ...rich(mistake ? `${mistake} ${says}` : says))];
  }

  /** @param {CoachRecord} record */
  drawWay({ number, next }) {
    this.back.disabled = number === 1;
    setText(this.forward, `Next: ${next} →`);
    this.forward.classList.toggle("primary", this.passed);
    this.hintButton.hidden = this.passed || this.hinted >= (this.record?.hints.length ?? 0);
    if (this.passed) this.solve.hidden = true;
  }

  hint() {
    const hint = this.record?.hints[this.hinted];
    if (hint === undefined || this.passed) return;
    this.hinted += 1;
    this.hints.append(html("p", { class: "said" }, ...rich(hint)));
    setText(this.spoken, this.hints.lastElementChild?.textContent ?? "");
    if (this.record) this.drawWay(this.record);
  }

  offer() {
    this.solve.hidden = this.passed || !this.record?.dials.length;
  }

  setIt() {
    for (const { key, gate, column, solution } of this.record?.dials ?? []) {
      this.editor.edit(key, { kind: "weight", gate, unit: 0, column, value: solution }, true);
    }
  }

  /**
   * The page has noticed by itself that the task is done.
   * @param {number} position Of its dial.
   */
  notice(position) {
    const said = this.record?.notices?.[position];
    if (!said || this.passed || !this.record) return;
    this.noticed = said;
    this.passed = true;
    this.draw(this.record);
    setText(this.spoken, this.result.textContent ?? "");
    this.send?.("answer", { done: true });
  }

  /** @param {1 | -1} direction */
  go(direction) {
    const to = (this.record?.number ?? 1) + direction;
    // One after the last leads on to the next page.
    if (to >= 1) this.way({ go: to });
  }

  /** @param {{go: number} | {leave: true} | {whole: boolean}} way */
  way(way) {
    this.editor.settled().then(() => this.send?.("way", way));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (event.key === "Escape") this.way({ leave: true });
    else if (event.key === "Enter" && !(target instanceof Element && target.closest(CONTROLS))) this.go(1);
    else return;
    event.preventDefault();
  }

  dispose() {
    for (const timer of this.timers) clearTimeout(timer);
    this.listening.abort();
    this.editor.dispose();
  }
}

/**
 * What the slider of a dial reaches: as far as the stop says, and to what was typed.
 * @param {DialRecord} dial
 */
function reach({ value, low, high }) {
  return { low: Math.min(low, value), high: Math.max(high, value) };
}

// What the cell does against what it should do: one sequence as strip and curve, all of them as ticks, and why one fails.

import { html, icon, setText } from "../shared/dom.js";
import { HeatStrip } from "../shared/heat.js";
import { rich } from "../shared/rich.js";
import { Curve } from "./curve.js";

/** @typedef {import("./record.js").BoardRecord} BoardRecord */

const TICK = "M4 10.5l4 4 8-9";
const CROSS = "M5 5l10 10M15 5L5 15";

export class Run {
  /** @param {(test: number) => void} look Is called with the sequence that a person wants to see. */
  constructor(look) {
    this.look = look;
    /** @type {BoardRecord | undefined} */
    this.record = undefined;
    this.number = html("span", { class: "kicker" });
    this.title = html("h2", {});
    this.task = html("p", { class: "task" });
    this.which = html("p", { class: "which" });
    this.heat = new HeatStrip(() => {});
    this.strip = html("div", { "aria-hidden": "true" }, this.heat.root);
    this.heat.scrubber.removeAttribute("tabindex");
    this.heat.cursor.hidden = true;
    this.curve = new Curve();
    this.verdict = html("h3", { class: "verdict" });
    const told = html("div", { role: "status" }, this.verdict);
    this.ticks = html("div", { class: "ticks", role: "group", "aria-label": "Hidden sequences" });
    this.reason = html("p", { class: "reason" });
    this.root = html(
      "section",
      { class: "run", "aria-label": "What the cell does" },
      html("header", {}, this.number, this.title),
      ...[this.task, this.which, this.strip, this.curve.root, told, this.ticks, this.reason],
    );
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.heat.scrubber);
  }

  /**
   * Makes what only another challenge changes.
   * @param {BoardRecord} record
   */
  open({ challenge, strip, curve }) {
    setText(this.number, `Challenge ${challenge.number} of ${challenge.all.length}`);
    setText(this.title, challenge.title);
    this.task.replaceChildren(...rich(challenge.task));
    this.heat.build(
      curve.values.length,
      strip.map(({ key }) => ({ quantity: key, name: key })),
    );
    this.heat.resize();
  }

  /**
   * @param {BoardRecord} record
   * @param {boolean} dark
   */
  draw(record, dark) {
    const { challenge, test, passed, strip, reason } = record;
    this.record = record;
    setText(this.which, `Hidden sequence ${test + 1} of ${passed.length}, step by step`);
    const hues = new Map(challenge.gates.map((gate) => [gate.key, dark ? gate.dark : gate.light]));
    const rows = strip.map((row) => ({ ...row, hue: hues.get(row.key) ?? "#000000" }));
    this.heat.colour(rows, dark);
    this.heat.colourLabels(rows.map(({ key }) => hues.get(key)));
    this.drawCurve(record);
    this.drawTicks(passed, test);
    const count = passed.filter(Boolean).length;
    const solved = count === passed.length;
    setText(this.verdict, `${count} of ${passed.length} hidden sequences pass`);
    this.reason.classList.toggle("good", solved);
    this.say(solved ? `**Solved.** ${challenge.solved}` : `**Sequence ${(reason?.test ?? 0) + 1}.** ${reason?.text}`);
  }

  /** @param {BoardRecord} record */
  drawCurve({ challenge, curve }) {
    const { offsetLeft, clientWidth: width } = this.heat.scrubber;
    const name = challenge.units > 1 ? `${challenge.quantity} of unit ${challenge.unit}` : challenge.quantity;
    this.curve.draw(curve, { left: offsetLeft - this.strip.offsetLeft, width, name });
  }

  /** @param {string} words */
  say(words) {
    if (this.reason.dataset.words !== words) this.reason.replaceChildren(...rich(words));
    this.reason.dataset.words = words;
  }

  /**
   * Keeps the nodes, so that a press is not lost while a hand elsewhere changes what they show.
   * @param {boolean[]} passed
   * @param {number} test
   */
  drawTicks(passed, test) {
    while (this.ticks.childElementCount < passed.length) {
      const k = this.ticks.childElementCount;
      this.ticks.append(html("button", { type: "button", onclick: () => this.look(k) }));
    }
    passed.forEach((passes, k) => {
      const tick = /** @type {HTMLElement} */ (this.ticks.children[k]);
      if (tick.dataset.passed !== String(passes)) tick.replaceChildren(icon(passes ? TICK : CROSS));
      tick.dataset.passed = String(passes);
      tick.setAttribute("aria-label", `Sequence ${k + 1} ${passes ? "passes" : "fails"}`);
      tick.setAttribute("aria-pressed", String(k === test));
    });
  }

  resize() {
    this.heat.resize();
    if (this.record) this.drawCurve(this.record);
  }

  dispose() {
    this.resizing.disconnect();
  }
}

// Play, pause and step; the unit shown; undo, redo, back to the preset; the link to this very run.

import { html, ICONS, icon, setText } from "../shared/dom.js";
import { writeStep } from "../shared/page.js";

/** @typedef {import("./record.js").StageRecord} StageRecord */
/** @typedef {import("./stage.js").Stage} Stage */

const PATHS = {
  ...ICONS,
  first: "M5 4v12M16 4l-8 6 8 6z",
  back: "M13 4l-8 6 8 6z",
  forward: "M6 4l8 6-8 6z",
  last: "M15 4v12M4 4l8 6-8 6z",
  undo: "M4 8h8a4 4 0 010 8H8M4 8l4-4M4 8l4 4",
  redo: "M16 8H8a4 4 0 000 8h4M16 8l-4-4M16 8l-4 4",
  reset: "M5 10a6 6 0 111.5 4M5 10l-2-3M5 10l3-2.4",
  link: "M8 12a3 3 0 004.5.3l2.5-2.5a3 3 0 00-4.3-4.3L9.4 6.800M12 8a3 3 0 00-4.500-.3L5 10.200a3 3 0 004.300 4.300l1.300-1.300",
};
const SPEEDS = [0.5, 1, 2, 4, 8];
const STATUS = 2500; // milliseconds that a message stays

/**
 * @param {keyof typeof PATHS} name
 * @param {string} label
 * @param {() => void} onclick
 */
function button(name, label, onclick) {
  const attributes = { type: "button", class: `tool ${name}`, "aria-label": label, title: label, onclick };
  return html("button", attributes, icon(PATHS[name]));
}

export class Toolbar {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.play = button("play", "Play (Space)", () => stage.toggle());
    this.position = html("span", { class: "position" });
    this.speed = this.makeSpeed();
    this.units = html("span", { class: "units", role: "group", "aria-label": "Unit shown" });
    this.direction = html("button", { type: "button", class: "unit direction", onclick: () => stage.turn() });
    this.status = html("span", { class: "status", role: "status" });
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.clearing = undefined;
    this.undo = button("undo", "Undo (Ctrl+Z)", () => stage.editor.history("undo"));
    this.redo = button("redo", "Redo (Ctrl+Shift+Z)", () => stage.editor.history("redo"));
    this.reset = button("reset", "Back to the preset", () => stage.editor.history("reset"));
    const link = button("link", "Copy a link to this run", () => this.share());
    this.root = html(
      "div",
      { class: "toolbar", role: "group", "aria-label": "Steps, history and link" },
      html("span", { class: "group" }, ...this.makeSteps()),
      this.position,
      this.speed,
      this.units,
      this.direction,
      html("span", { class: "gap" }),
      this.status,
      html("span", { class: "group" }, this.undo, this.redo, this.reset, link),
    );
  }

  makeSteps() {
    const { stage } = this;
    /** @param {() => number} step */
    const to = (step) => () => {
      stage.pause();
      stage.goto(step());
    };
    return [
      button(
        "first",
        "First step (Home)",
        to(() => 0),
      ),
      button(
        "back",
        "One step back (←)",
        to(() => stage.step - 1),
      ),
      this.play,
      button(
        "forward",
        "One step on (→)",
        to(() => stage.step + 1),
      ),
      button(
        "last",
        "Last step (End)",
        to(() => Number.POSITIVE_INFINITY),
      ),
    ];
  }

  makeSpeed() {
    const options = SPEEDS.map((speed) => html("option", { value: speed * 1.5, selected: speed === 1 }, `${speed}×`));
    const speed = html("select", { "aria-label": "Speed, steps a second", title: "Steps a second" }, ...options);
    speed.addEventListener("change", () => {
      this.stage.speed = Number(speed.value);
    });
    this.stage.speed = Number(speed.value);
    return speed;
  }

  /** @param {StageRecord} record */
  shape(record) {
    return [record.units];
  }

  /** @param {StageRecord} record */
  build({ units }) {
    /** @param {number} unit */
    const button = (unit) =>
      html("button", { type: "button", class: "unit", onclick: () => this.stage.choose(unit) }, `unit ${unit + 1}`);
    this.units.replaceChildren(...(units > 1 ? Array.from({ length: units }, (_, unit) => button(unit)) : []));
  }

  /** @param {StageRecord} record */
  update({ history }) {
    this.undo.disabled = !history.undo;
    this.redo.disabled = !history.redo;
    this.reset.disabled = !history.changed;
  }

  /**
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  show(record, step, unit) {
    const { backward } = this.stage;
    this.direction.hidden = !record.gradient;
    setText(this.direction, backward ? "← backward" : "forward →");
    this.direction.setAttribute(
      "aria-label",
      backward ? "Shown backward, the gradient; show the run forward" : "Shown forward; show the gradient, backward",
    );
    setText(this.position, `step ${step + 1} of ${record.steps}`);
    this.showPlaying();
    for (const [k, node] of [...this.units.children].entries()) node.setAttribute("aria-pressed", String(k === unit));
  }

  showPlaying() {
    const { playing } = this.stage;
    const label = playing ? "Pause (Space)" : "Play (Space)";
    if (this.play.title === label) return;
    this.play.replaceChildren(icon(playing ? PATHS.pause : PATHS.play));
    this.play.setAttribute("aria-label", label);
    this.play.title = label;
  }

  async share() {
    // The address follows when the hand rests, and weights when their run has come back; a link is of what is seen.
    await this.stage.editor.settled();
    writeStep(this.stage.step);
    const { href } = window.location;
    try {
      await navigator.clipboard.writeText(href);
      this.showStatus("Link copied");
    } catch {
      // Browsers give the clipboard to secure pages only; a classroom server often is not one.
      const field = html("input", { type: "text", readonly: true, value: href, "aria-label": "Link to this run" });
      this.status.replaceChildren("Copy this: ", field);
      field.select();
    }
  }

  /** @param {string} text */
  showStatus(text) {
    this.status.textContent = text;
    clearTimeout(this.clearing);
    this.clearing = setTimeout(() => this.status.replaceChildren(), STATUS);
  }
}

// Play, pause and step; the unit shown; undo, redo, back to the preset; the link to this very run.

import { html, setText, svg } from "../shared/dom.js";
import { writeStep } from "../shared/place.js";

const ICONS = {
  first: "M5 4v12M16 4l-8 6 8 6z",
  back: "M13 4l-8 6 8 6z",
  play: "M5 3l12 7-12 7z",
  pause: "M6 4v12M13 4v12",
  forward: "M6 4l8 6-8 6z",
  last: "M15 4v12M4 4l8 6-8 6z",
  undo: "M4 8h8a4 4 0 010 8H8M4 8l4-4M4 8l4 4",
  redo: "M16 8H8a4 4 0 000 8h4M16 8l-4-4M16 8l-4 4",
  reset: "M5 10a6 6 0 111.5 4M5 10l-2-3M5 10l3-2.4",
  link: "M8 12a3 3 0 004.5.3l2.5-2.5a3 3 0 00-4.3-4.3L9.4 6.800M12 8a3 3 0 00-4.500-.3L5 10.200a3 3 0 004.300 4.300l1.300-1.300",
};
const SPEEDS = [0.5, 1, 2, 4, 8];

const icon = (name) => svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));

function button(name, label, onclick) {
  return html(
    "button",
    { type: "button", class: `tool ${name}`, "aria-label": label, title: label, onclick },
    icon(name),
  );
}

export class Toolbar {
  constructor(stage) {
    this.stage = stage;
    const to = (step) => () => {
      stage.pause();
      stage.goto(step());
    };
    this.first = button(
      "first",
      "First step (Home)",
      to(() => 0),
    );
    this.back = button(
      "back",
      "One step back (←)",
      to(() => stage.step - 1),
    );
    this.playing = button("play", "Play (Space)", () => stage.toggle());
    this.forward = button(
      "forward",
      "One step on (→)",
      to(() => stage.step + 1),
    );
    this.last = button(
      "last",
      "Last step (End)",
      to(() => stage.record.steps - 1),
    );
    this.place = html("span", { class: "place" });
    this.speed = html(
      "select",
      {
        "aria-label": "Speed, steps a second",
        title: "Steps a second",
        onchange: () => (stage.speed = Number(this.speed.value)),
      },
      ...SPEEDS.map((speed) => html("option", { value: speed * 1.5, selected: speed === 1 }, `${speed}×`)),
    );
    stage.speed = Number(this.speed.value);
    this.units = html("span", { class: "units", role: "group", "aria-label": "Unit shown" });
    const history = (move) => () => stage.edits.history(move);
    this.undo = button("undo", "Undo (Ctrl+Z)", history("undo"));
    this.redo = button("redo", "Redo (Ctrl+Shift+Z)", history("redo"));
    this.reset = button("reset", "Back to the preset", history("reset"));
    this.link = button("link", "Copy a link to this run", () => this.share());
    this.way = html("button", { type: "button", class: "unit way", onclick: () => stage.turn() });
    this.told = html("span", { class: "told", role: "status" });
    this.root = html(
      "div",
      { class: "toolbar", role: "group", "aria-label": "Steps, history and link" },
      html("span", { class: "group" }, this.first, this.back, this.playing, this.forward, this.last),
      this.place,
      this.speed,
      this.units,
      this.way,
      html("span", { class: "gap" }),
      this.told,
      html("span", { class: "group" }, this.undo, this.redo, this.reset, this.link),
    );
  }

  shape(record) {
    return [record.units];
  }

  build({ units }) {
    const choose = (unit) => () => this.stage.choose(unit);
    const one = (_, unit) =>
      html("button", { type: "button", class: "unit", onclick: choose(unit) }, `unit ${unit + 1}`);
    this.units.replaceChildren(...(units > 1 ? Array.from({ length: units }, one) : []));
  }

  update({ history }) {
    this.undo.disabled = !history.undo;
    this.redo.disabled = !history.redo;
    this.reset.disabled = !history.changed;
  }

  show(record, step, unit) {
    const { playing, backward } = this.stage;
    this.way.hidden = !record.gradient;
    setText(this.way, backward ? "← backward" : "forward →");
    this.way.setAttribute(
      "aria-label",
      backward ? "Shown backward, the gradient; show the run forward" : "Shown forward; show the gradient, backward",
    );
    setText(this.place, `step ${step + 1} of ${record.steps}`);
    const label = playing ? "Pause (Space)" : "Play (Space)";
    if (this.playing.title !== label) {
      this.playing.replaceChildren(icon(playing ? "pause" : "play"));
      this.playing.setAttribute("aria-label", label);
      this.playing.title = label;
    }
    if (unit == null) return;
    [...this.units.children].forEach((node, k) => node.setAttribute("aria-pressed", k === unit));
  }

  async share() {
    // The address follows when the hand rests, and weights when their run has come back; a link is of what is seen.
    await this.stage.edits.rest();
    writeStep(this.stage.step);
    const { href } = window.location;
    try {
      await navigator.clipboard.writeText(href);
      this.tell("Link copied");
    } catch {
      // Browsers give the clipboard to secure pages only; a classroom server often is not one.
      const field = html("input", { type: "text", readonly: true, value: href, "aria-label": "Link to this run" });
      this.told.replaceChildren("Copy this: ", field);
      field.select();
    }
  }

  tell(text) {
    this.told.textContent = text;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => (this.told.textContent = ""), 2500);
  }
}

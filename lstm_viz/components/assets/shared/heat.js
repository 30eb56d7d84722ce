// A heat strip: rows of quantities, columns of steps, one cursor. It is a timeline and a scrubber.
// Gates use a scale from 0 to 1 in their own colour; what has a sign uses two colours around 0.

import { mix } from "./colour.js";
import { html, setText } from "./dom.js";
import { number } from "./format.js";

const READABLE = 38; // pixels a column needs to hold a number
const THEMES = {
  light: { ground: "#f3f5f8", negative: "#5b5fc7", positive: "#c8890b" },
  dark: { ground: "#1d242e", negative: "#8c90f2", positive: "#e3a72f" },
};

/**
 * Rows come twice: to `build` with what decides the elements, `{quantity, name, title}`, and to `colour` with the
 * numbers, `{label, hue, values, full}`. `full` is the magnitude that is coloured fully, null for a gate; `title` makes
 * the row a heading and nothing else.
 */
export class Heat {
  constructor(goto) {
    this.grid = html("div", { class: "cells" });
    this.cursor = html("div", { class: "cursor", "aria-hidden": "true" });
    this.scrubber = html(
      "div",
      { class: "scrubber", role: "slider", tabindex: "0", "aria-label": "Step of the run", "aria-valuemin": 1 },
      this.grid,
      this.cursor,
    );
    this.labels = html("div", { class: "labels", "aria-hidden": "true" });
    this.root = html("div", { class: "strip" }, this.labels, this.scrubber);
    const scrub = ({ clientX }) => {
      const { left, width } = this.scrubber.getBoundingClientRect();
      goto(Math.floor(((clientX - left) / width) * this.steps));
    };
    this.scrubber.addEventListener("pointerdown", scrub);
    this.scrubber.addEventListener("pointermove", (event) => event.buttons && scrub(event));
  }

  build(steps, rows) {
    this.steps = steps;
    this.heads = Array.from({ length: steps }, (_, t) => html("span", { class: "head" }, String(t + 1)));
    this.lines = rows.map(({ quantity, name, title }) => {
      const attributes = { class: title ? "title" : "cell", "data-q": quantity };
      const count = title ? 1 : steps;
      return {
        label: html("span", { class: `label ${name}`, "data-q": quantity }),
        cells: Array.from({ length: count }, () => html("span", attributes)),
      };
    });
    this.grid.style.setProperty("--steps", steps);
    this.grid.replaceChildren(...this.heads, ...this.lines.flatMap(({ cells }) => cells));
    this.labels.replaceChildren(html("span", { class: "head" }, "step"), ...this.lines.map(({ label }) => label));
    this.scrubber.setAttribute("aria-valuemax", steps);
  }

  /** Fits numbers and step numbers to the width there is; the numbers themselves come with `colour`. */
  resize() {
    const column = this.scrubber.clientWidth / this.steps;
    this.readable = column >= READABLE;
    this.root.classList.toggle("colours-only", !this.readable);
    // Where columns are narrow, only every second, fifth, tenth or twentieth step is numbered.
    const every = [1, 2, 5, 10, 20].find((n) => n * column >= 20) ?? 20;
    this.apart = Math.ceil(20 / column);
    this.heads.forEach((head, t) => {
      head.classList.toggle("quiet", (t + 1) % every !== 0);
      // A number wider than its column must not reach beyond the last one.
      head.classList.toggle("last", this.apart > 1 && t >= this.steps - this.apart);
    });
  }

  /** Moves the cursor; `words` say the step to a screen reader. */
  show(step, words) {
    // heat.css keeps the cursor wide enough to be seen; at the end of a long run it must not reach beyond.
    this.cursor.style.left = `min(${(100 * step) / this.steps}%, 100% - 6px)`;
    this.cursor.style.width = `${100 / this.steps}%`;
    this.heads.forEach((head, t) => {
      head.classList.toggle("now", t === step);
      // The number of the step shown needs the room of its neighbours.
      head.classList.toggle("beside", t !== step && Math.abs(t - step) < this.apart);
    });
    this.scrubber.setAttribute("aria-valuenow", step + 1);
    this.scrubber.setAttribute("aria-valuetext", words);
  }

  colour(rows, dark) {
    const { ground, negative, positive } = THEMES[dark ? "dark" : "light"];
    rows.forEach(({ label, hue, values, full, title }, k) => {
      const line = this.lines[k];
      if (title) {
        setText(line.cells[0], title);
        line.cells[0].style.color = hue;
        return;
      }
      setText(line.label, label);
      line.cells.forEach((cell, t) => {
        const value = values[t];
        const share = full == null ? value : Math.abs(value) / (full || 1);
        const mixed = mix(ground, full == null ? hue : value < 0 ? negative : positive, share);
        // Most cells of a run stay as they are while one weight moves, and to set a style again is not free.
        if (cell.ground !== mixed.background) {
          cell.ground = mixed.background;
          cell.style.background = mixed.background;
          cell.style.color = mixed.text;
        }
        cell.classList.toggle("negative", value < 0);
        setText(cell, this.readable ? number(value) : "");
      });
    });
  }
}

// One number that a person sets: a slider that reports while it is dragged, and a field to type into.

import { html, setText } from "./dom.js";

let made = 0;

/** A number as one types it. */
export const plain = (value) => String(Math.round(value * 1e6) / 1e6);

/**
 * A slider and a field that always agree. `push(value, done)` is called while the hand moves, with `done` once it lets
 * go; `limits` are what may be typed.
 */
export class Dial {
  constructor(name, label, push, limits) {
    this.push = push;
    this.limits = limits;
    this.slider = html("input", { type: "range", "aria-label": name });
    this.field = html("input", {
      type: "text",
      inputmode: "decimal",
      "aria-label": `${name}, number`,
      spellcheck: "false",
      autocomplete: "off",
    });
    this.trouble = html("span", { class: "trouble", role: "alert", id: `trouble-${++made}` });
    this.field.setAttribute("aria-describedby", this.trouble.id);
    this.root = html(
      "div",
      { class: "dial" },
      html("span", { class: "weight" }, ...label),
      this.slider,
      this.field,
      this.trouble,
    );
    this.slider.addEventListener("input", () => this.slide(false));
    this.slider.addEventListener("change", () => this.slide(true));
    this.field.addEventListener("input", () => this.field.toggleAttribute("data-typing", true));
    this.field.addEventListener("change", () => this.type());
    this.field.addEventListener("keydown", (event) => this.nudge(event));
    this.field.addEventListener("focus", () => this.field.select());
  }

  slide(done) {
    const value = Number(this.slider.value);
    this.field.value = plain(value);
    this.say("");
    this.fill();
    this.push(value, done);
  }

  read() {
    const text = this.field.value.trim().replace("−", "-").replace(",", ".");
    const value = Number(text);
    return text !== "" && Number.isFinite(value) && value >= this.limits[0] && value <= this.limits[1] ? value : null;
  }

  type() {
    this.field.removeAttribute("data-typing");
    const value = this.read();
    if (value === null) {
      this.say(`Type a number from ${plain(this.limits[0]).replace("-", "−")} to ${plain(this.limits[1])}.`);
      return;
    }
    this.say("");
    this.push(value, true);
  }

  nudge(event) {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const value = this.read();
    if (!way || value === null) return;
    event.preventDefault();
    this.field.value = plain(
      Math.max(this.limits[0], Math.min(this.limits[1], value + way * Number(this.slider.step))),
    );
    this.type();
  }

  say(text) {
    setText(this.trouble, text);
    if (text) this.field.setAttribute("aria-invalid", "true");
    else this.field.removeAttribute("aria-invalid");
  }

  /** Takes the value of the run, unless the hand or the keyboard is busy here. */
  show(value, room) {
    const [low, high] = room;
    // A step of the run shows every dial again, and of thirty hardly one has changed.
    if (this.state(value, room) === this.known) return;
    this.slider.min = low;
    this.slider.max = high;
    this.slider.step = (high - low) / 600 > 0.05 ? 0.1 : (high - low) / 600 > 0.015 ? 0.02 : 0.01;
    if (Number(this.slider.value) !== value) this.slider.value = value;
    const typing = this.field.hasAttribute("data-typing");
    const wrong = this.field.hasAttribute("aria-invalid") && value === this.shown;
    if (!typing && !wrong) {
      this.field.value = plain(value);
      this.say("");
    }
    this.shown = value;
    this.fill();
    this.known = this.state(value, room);
  }

  /** Whatever `show` depends on, in one string. */
  state(value, room) {
    return [value, ...room, this.slider.value, this.field.value].join(" ");
  }

  fill() {
    const { min, max, value } = this.slider;
    const place = (number) => (100 * (number - min)) / (max - min);
    const ends = [place(Math.max(min, Math.min(max, 0))), place(value)].sort((a, b) => a - b);
    // The slider snaps to its own steps; what it stands for need not.
    this.slider.setAttribute("aria-valuetext", this.field.value);
    this.slider.style.setProperty("--from", `${ends[0]}%`);
    this.slider.style.setProperty("--to", `${ends[1]}%`);
  }
}

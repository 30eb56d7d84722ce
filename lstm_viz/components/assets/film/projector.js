// The slider over the time of training, and play.

import { html, setText, svg } from "../shared/dom.js";

const ICONS = { play: "M5 3l12 7-12 7z", pause: "M6 4v12M13 4v12" };
const SECONDS = 6; // for a whole film
const SLOWEST = 0.4; // seconds a frame

export class Projector {
  constructor(ask) {
    this.ask = (frame) => {
      this.stop();
      ask(frame);
    };
    this.step = ask;
    this.button = html("button", {
      type: "button",
      class: "play",
      onclick: () => (this.playing ? this.stop() : this.start()),
    });
    this.slider = html("input", {
      type: "range",
      min: 0,
      step: 1,
      "aria-label": "Time of training",
      oninput: () => this.ask(Number(this.slider.value)),
    });
    this.place = html("span", { class: "place" });
    this.score = html("span", { class: "score" });
    this.root = html(
      "div",
      { class: "projector" },
      this.button,
      this.slider,
      html("p", { class: "when" }, this.place, this.score),
    );
    this.draw();
  }

  /** Takes note of how many frames there are; with a single one there is nothing to slide over. */
  load(frames) {
    this.frames = frames;
    this.slider.max = frames - 1;
    this.slider.disabled = this.button.disabled = frames < 2;
    this.root.classList.toggle("still", frames < 2);
  }

  show(frame, place, score) {
    this.frame = frame;
    this.slider.value = frame;
    this.slider.setAttribute("aria-valuetext", score ? `${place}, ${score}` : place);
    this.slider.style.setProperty("--to", `${(100 * frame) / Math.max(1, this.frames - 1)}%`);
    setText(this.place, place);
    setText(this.score, score);
  }

  start() {
    if (this.frame >= this.frames - 1) this.step(0);
    const pace = 1000 * Math.min(SLOWEST, SECONDS / this.frames);
    this.playing = setInterval(() => (this.frame < this.frames - 1 ? this.step(this.frame + 1) : this.stop()), pace);
    this.draw();
  }

  stop() {
    clearInterval(this.playing);
    this.playing = 0;
    this.draw();
  }

  draw() {
    const label = this.playing ? "Pause" : "Play the training";
    this.button.replaceChildren(
      svg(
        "svg",
        { viewBox: "0 0 20 20", "aria-hidden": "true" },
        svg("path", { d: ICONS[this.playing ? "pause" : "play"] }),
      ),
    );
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
  }
}

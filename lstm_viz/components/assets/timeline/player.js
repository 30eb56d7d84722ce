// The slider over the time of training, and play.

import { html, ICONS, icon, setText } from "../shared/dom.js";

const DURATION = 6000; // milliseconds for all frames
const SLOWEST = 400; // milliseconds a frame

/**
 * Milliseconds that a frame is shown while it plays.
 * @param {number} frames
 */
export const frameTime = (frames) => Math.min(SLOWEST, DURATION / frames);

export class Player {
  /** @param {(frame: number) => void} show Is called with the frame to show. */
  constructor(show) {
    this.showFrame = show;
    this.frame = 0;
    this.frames = 1;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.playing = undefined;
    this.button = html("button", { type: "button", class: "play", onclick: () => this.toggle() });
    this.slider = html("input", {
      type: "range",
      min: 0,
      step: 1,
      "aria-label": "Time of training",
      oninput: () => this.seek(Number(this.slider.value)),
    });
    this.position = html("span", { class: "position" });
    this.score = html("span", { class: "score" });
    const caption = html("p", { class: "caption" }, this.position, this.score);
    this.root = html("div", { class: "player" }, this.button, this.slider, caption);
    this.drawButton();
  }

  /**
   * Takes note of how many frames there are; with a single one there is nothing to slide over.
   * @param {number} frames
   */
  load(frames) {
    this.frames = frames;
    this.slider.max = String(frames - 1);
    this.slider.disabled = this.button.disabled = frames < 2;
    this.root.classList.toggle("still", frames < 2);
  }

  /**
   * @param {number} frame
   * @param {string} position Its place in the training, in words.
   * @param {string} score How good the network is there, in words; may be empty.
   */
  show(frame, position, score) {
    this.frame = frame;
    this.slider.value = String(frame);
    this.slider.setAttribute("aria-valuetext", score ? `${position}, ${score}` : position);
    this.slider.style.setProperty("--to", `${(100 * frame) / Math.max(1, this.frames - 1)}%`);
    setText(this.position, position);
    setText(this.score, score);
  }

  /**
   * Shows the frame that a person asks for.
   * @param {number} frame
   */
  seek(frame) {
    this.pause();
    this.showFrame(frame);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.frame >= this.frames - 1) this.showFrame(0);
    this.playing = setInterval(() => this.next(), frameTime(this.frames));
    this.drawButton();
  }

  next() {
    if (this.frame < this.frames - 1) this.showFrame(this.frame + 1);
    else this.pause();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = undefined;
    this.drawButton();
  }

  drawButton() {
    const label = this.playing ? "Pause" : "Play the training";
    this.button.replaceChildren(icon(this.playing ? ICONS.pause : ICONS.play));
    this.button.setAttribute("aria-label", label);
    this.button.title = label;
  }
}

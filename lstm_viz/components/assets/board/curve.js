// What the cell does against what it should do: a curve, and the band that it must not leave.

import { setText, svg } from "../shared/dom.js";
import { number } from "../shared/format.js";

/**
 * @typedef {object} CurveRecord
 * @property {number[]} values One a step.
 * @property {number[]} target
 * @property {number} tolerance
 * @property {number} start The value before the first step.
 * @property {number} out The first step outside the band, counted from 1; 0 for none.
 */

const PAD = 16; // pixels above and below
const MARGIN = 0.25; // of the range of the target that a curve may go beyond; further out it is cut off

/**
 * The lowest and the highest value that are drawn.
 * @param {CurveRecord} record
 */
export function rangeOf({ values, target, tolerance, start }) {
  const low = Math.min(0, start, ...target) - tolerance;
  const high = Math.max(0, start, ...target) + tolerance;
  const room = MARGIN * (high - low);
  return {
    low: Math.max(low - room, Math.min(low, ...values)),
    high: Math.min(high + room, Math.max(high, ...values)),
  };
}

/**
 * The outline of a band that is as wide as the columns: along the upper edge, and back along the lower.
 * @param {number[]} target
 * @param {number} tolerance
 * @param {{x: (step: number) => number, y: (value: number) => number}} scale Steps are counted from 0; x is the left edge.
 */
export function bandPath(target, tolerance, { x, y }) {
  const upper = target.flatMap((value, t) => [
    [x(t), y(value + tolerance)],
    [x(t + 1), y(value + tolerance)],
  ]);
  const lower = target.flatMap((value, t) => [
    [x(t), y(value - tolerance)],
    [x(t + 1), y(value - tolerance)],
  ]);
  return `M${[...upper, ...lower.reverse()].map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}Z`;
}

/** @param {number[][]} points */
const line = (points) =>
  points.length ? `M${points.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}` : "";

export class Curve {
  constructor() {
    this.zero = svg("line", { class: "zero" });
    this.band = svg("path", { class: "band" });
    this.wanted = svg("path", { class: "wanted" });
    this.inside = svg("path", { class: "inside" });
    this.outside = svg("path", { class: "outside" });
    this.dots = svg("g", { class: "dots" });
    this.mark = svg("circle", { class: "mark", r: 9 });
    this.note = svg("text", { class: "note" });
    this.label = svg("text", { class: "axis" });
    this.top = svg("text", { class: "axis target" });
    this.root = svg(
      "svg",
      { class: "curve", role: "img" },
      ...[this.band, this.zero, this.wanted, this.inside, this.outside, this.dots, this.mark],
      ...[this.note, this.label, this.top],
    );
  }

  /**
   * @param {CurveRecord} record
   * @param {object} place
   * @param {number} place.left Where the columns of the strip begin, in pixels.
   * @param {number} place.width How wide they are together.
   * @param {string} place.name What the curve shows.
   */
  draw(record, { left, width, name }) {
    const { values, target, tolerance, out } = record;
    const height = this.root.clientHeight || 1;
    this.root.setAttribute("viewBox", `0 0 ${left + width} ${height}`);
    const { low, high } = rangeOf(record);
    /** @param {number} value */
    const y = (value) => PAD + ((high - Math.max(low, Math.min(high, value))) / (high - low)) * (height - 2 * PAD);
    /** @param {number} step */
    const x = (step) => left + (width * step) / values.length;
    const points = values.map((value, t) => [x(t + 0.5), y(value)]);
    const last = out ? out - 1 : values.length;
    this.band.setAttribute("d", bandPath(target, tolerance, { x, y }));
    this.wanted.setAttribute(
      "d",
      line(
        target.flatMap((value, t) => [
          [x(t), y(value)],
          [x(t + 1), y(value)],
        ]),
      ),
    );
    this.inside.setAttribute("d", line(points.slice(0, last + 1)));
    this.outside.setAttribute("d", line(points.slice(last)));
    this.drawDots(points, last);
    this.place(this.zero, { x1: left, x2: left + width, y1: y(0), y2: y(0) });
    this.place(this.label, { x: left - 10, y: y(0) + 4 });
    setText(this.label, "0");
    const peak = target.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    this.place(this.top, { x: left - 10, y: y(peak) + 4 });
    setText(this.top, Math.abs(y(peak) - y(0)) > 14 ? number(peak) : "");
    this.drawMark(points, out, { low: height, left, width });
    const words = out ? `leaves the band at step ${out}` : "stays within the band at every step";
    this.root.setAttribute("aria-label", `${name} ${words}`);
  }

  /**
   * @param {number[][]} points
   * @param {number} last The first point that is outside.
   */
  drawDots(points, last) {
    while (this.dots.childElementCount > points.length) this.dots.lastElementChild?.remove();
    while (this.dots.childElementCount < points.length) this.dots.append(svg("circle", { r: 3.2 }));
    points.forEach(([cx, cy], t) => {
      const dot = this.dots.children[t];
      this.place(dot, { cx, cy });
      dot.classList.toggle("out", t >= last);
    });
  }

  /**
   * @param {number[][]} points
   * @param {number} out
   * @param {{low: number, left: number, width: number}} area
   */
  drawMark(points, out, { low, left, width }) {
    this.mark.toggleAttribute("hidden", !out);
    this.mark.style.display = out ? "" : "none";
    setText(this.note, out ? `leaves the band at step ${out}` : "");
    if (!out) return;
    const [cx, cy] = points[out - 1];
    this.place(this.mark, { cx, cy });
    const above = cy > low / 2;
    this.place(this.note, { x: Math.max(left + 90, Math.min(left + width - 90, cx)), y: cy + (above ? -18 : 28) });
  }

  /**
   * @param {Element} node
   * @param {Record<string, number>} attributes
   */
  place(node, attributes) {
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value.toFixed(1));
  }
}

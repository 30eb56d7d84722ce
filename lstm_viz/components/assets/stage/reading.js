// The equations of the chosen step with the values filled in, and beside each what it means in words.
// The words come with the run: Python judges the numbers, this file only sets them.

import { html, setText } from "../shared/dom.js";
import { number, weight } from "../shared/format.js";

const HINT = "Point at a sign, or tap it, to see it everywhere and to read what it means.";

const signed = (value, first) => (first ? weight(value) : `${value < 0 ? "−" : "+"} ${weight(Math.abs(value))}`);

/** A number after a dot: in brackets if it is negative. */
const bracketed = (text) => (text.startsWith("−") ? `(${text})` : text);

export class Reading {
  constructor(stage) {
    this.stage = stage;
    this.lines = {};
    this.equations = html("div", { class: "lines" });
    this.readout = html("div", { class: "line readout" });
    this.gradient = html("div", { class: "line gradient" });
    this.meaning = html("p", { class: "meaning" }, HINT);
    this.root = html(
      "section",
      { class: "reading", "aria-label": "Equations of this step" },
      this.meaning,
      this.equations,
      this.readout,
      this.gradient,
    );
  }

  shape({ lines, signs }) {
    return lines.map(({ key }) => key + signs[key].symbol);
  }

  build({ lines, signs }) {
    this.lines = Object.fromEntries(lines.map(({ key }) => [key, this.line(key, signs[key])]));
    this.equations.replaceChildren(...Object.values(this.lines).map(({ root }) => root));
  }

  line(key, { symbol }) {
    const sign = html(
      "button",
      { type: "button", class: `sign tint-${key}`, "data-q": key },
      symbol,
      html("sub", {}, "t"),
    );
    const filled = html("span", { class: "filled" });
    // An output is a live region by itself, and six of them would talk at once; stage.js says the step in one sentence.
    const value = html("output", { class: `value tint-${key}`, "data-q": key, "aria-live": "off" });
    const words = html("span", { class: "words" });
    return {
      sign,
      filled,
      value,
      words,
      root: html(
        "div",
        { class: "line" },
        sign,
        html("span", { class: "equation" }, "= ", filled, " = ", value),
        words,
      ),
    };
  }

  update({ signs, readout, gradient }) {
    for (const [key, { sign }] of Object.entries(this.lines))
      sign.setAttribute("aria-label", `${signs[key].name}: ${signs[key].meaning}`);
    this.readout.hidden = !readout;
    this.gradient.hidden = !gradient;
    this.explain(this.explained);
  }

  show(record, step, unit) {
    const at = (quantity) => record.q[quantity][unit][step];
    for (const { key, parts } of record.lines) {
      const { filled, value, words } = this.lines[key];
      filled.replaceChildren(
        ...(record.clamp[key] != null
          ? ["held"]
          : parts.flatMap((part, k) => this.part(record, part, step, unit, parts[k - 1]))),
      );
      setText(value, number(at(key)));
      setText(words, record.phrases[record.said[key][unit][step]]);
    }
    if (record.readout) this.showReadout(record, step, at("h"));
    if (record.gradient) this.showGradient(record, step, unit);
    this.explain(this.explained);
  }

  /** A part of an equation as Python wrote it: text, a number of this step, or the weighted sum of a gate. */
  part(record, part, step, unit, before) {
    if (typeof part === "string") return [part];
    if (part.q) {
      const value = number(record.q[part.q][unit][step]);
      return [html("span", { "data-q": part.q }, before?.endsWith?.("·") ? bracketed(value) : value)];
    }
    return record.terms[part.terms][unit].flatMap(([factor, quantity, index], k) => {
      // Without a weight it is a sum that Python has made: a number by itself.
      const text = factor == null ? (k ? "+ " : "") : `${signed(factor, k === 0)}${quantity ? "·" : ""}`;
      const seen = quantity === "x" ? record.x : record.q[quantity];
      const attributes = { class: factor === 0 ? "zero" : null, "data-q": quantity };
      return [k ? " " : "", html("span", attributes, text, quantity ? bracketed(number(seen[index][step])) : "")];
    });
  }

  showReadout({ readout }, step, h) {
    const { weight: scale, bias, y } = readout;
    this.readout.replaceChildren(
      html("span", { class: "sign" }, "y", html("sub", {}, "t")),
      html(
        "span",
        { class: "equation" },
        `= σ(${weight(scale)}·${bracketed(number(h))} ${signed(bias)}) = `,
        html("output", { class: "value", "aria-live": "off" }, y[step].toFixed(4)),
      ),
      html("span", { class: "words" }, "the readout: what a layer after the cell makes of h"),
    );
  }

  showGradient({ gradient }, step, unit) {
    const { kind, target, value } = gradient;
    const [c, h] = [gradient.c[unit][step], gradient.h[unit][step]];
    const loss = {
      c: "C of the last step",
      h: "h of the last step",
      target: `½ (h of the last step − ${weight(target)})²`,
    }[kind];
    this.gradient.replaceChildren(
      html("span", { class: "sign" }, "∂L"),
      html(
        "span",
        { class: "equation" },
        html("span", { class: "filled" }, `L = ${loss} = `),
        html("output", { class: "value", "aria-live": "off" }, number(value)),
        html("span", { class: "filled" }, "; ∂L/∂C = "),
        html("output", { class: "value tint-c", "data-q": "dc", "aria-live": "off" }, number(c)),
        html("span", { class: "filled" }, ", ∂L/∂h = "),
        html("output", { class: "value tint-h", "data-q": "dh", "aria-live": "off" }, number(h)),
      ),
      html("span", { class: "words" }, `a small push of C at this step would move L by ${number(c)} times as much`),
    );
  }

  /** Says what a quantity is and what it is now. */
  explain(quantity) {
    this.explained = quantity;
    const { record, step, unit } = this.stage;
    const sign = record?.signs[quantity];
    if (!sign) {
      setText(this.meaning, HINT);
      return;
    }
    const of = { ...record.q, dc: record.gradient?.c, dh: record.gradient?.h }[quantity];
    const now = quantity === "x" ? record.x.map((line) => number(line[step])).join(", ") : number(of?.[unit][step]);
    setText(this.meaning, `${sign.symbol}, ${sign.name}: ${sign.meaning}. Now ${now}.`);
  }

  /** The step in words, for whoever cannot see it. */
  sentence() {
    const { record, step, unit } = this.stage;
    if (!record) return "";
    const said = ({ key }) =>
      `${record.signs[key].symbol} ${number(record.q[key][unit][step])}: ${record.phrases[record.said[key][unit][step]]}`;
    const read = record.names.map((name, d) => `${name} ${number(record.x[d][step])}`).join(", ");
    const which = record.units > 1 ? `, unit ${unit + 1}` : "";
    return `Step ${step + 1} of ${record.steps}${which}. Input ${read}. ${record.lines.map(said).join(". ")}.`;
  }
}

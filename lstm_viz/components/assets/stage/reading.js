// The equations of the chosen step with the values filled in, and beside each what it means in words.
// The words come with the run: Python judges the numbers, this file only sets them.

import { html, setText } from "../shared/dom.js";
import { number, weight } from "../shared/format.js";

const GATES = ["i", "f", "g", "o"]; // the order of the weights
const LINES = ["f", "i", "g", "c", "o", "h"]; // the order in which one reads
const SYMBOLS = { f: "f", i: "i", g: "C̃", o: "o", c: "C", h: "h" };
const HINT = "Point at a sign, or tap it, to see it everywhere and to read what it means.";

const signed = (value, first) => (first ? weight(value) : `${value < 0 ? "−" : "+"} ${weight(Math.abs(value))}`);

export class Reading {
  constructor(stage) {
    this.stage = stage;
    this.lines = Object.fromEntries(LINES.map((key) => [key, this.line(key)]));
    this.readout = html("div", { class: "line readout" });
    this.gradient = html("div", { class: "line gradient" });
    this.meaning = html("p", { class: "meaning" }, HINT);
    this.root = html(
      "section",
      { class: "reading", "aria-label": "Equations of this step" },
      this.meaning,
      ...LINES.map((key) => this.lines[key].root),
      this.readout,
      this.gradient,
    );
  }

  line(key) {
    const sign = html("button", { type: "button", class: `sign tint-${key}`, "data-q": key }, SYMBOLS[key], html("sub", {}, "t"));
    const filled = html("span", { class: "filled" });
    // An output is a live region by itself, and six of them would talk at once; stage.js says the step in one sentence.
    const value = html("output", { class: `value tint-${key}`, "data-q": key, "aria-live": "off" });
    const words = html("span", { class: "words" });
    return { sign, filled, value, words, root: html("div", { class: "line" }, sign, html("span", { class: "equation" }, "= ", filled, " = ", value), words) };
  }

  update({ signs, readout, gradient }) {
    for (const key of LINES) this.lines[key].sign.setAttribute("aria-label", `${signs[key].name}: ${signs[key].meaning}`);
    this.readout.hidden = !readout;
    this.gradient.hidden = !gradient;
    this.explain(this.explained);
  }

  show(record, step, unit) {
    const at = (quantity) => record.q[quantity][unit][step];
    for (const gate of GATES) {
      const held = record.clamp[gate] != null;
      const { filled } = this.lines[gate];
      const kind = gate === "g" ? "tanh" : "σ";
      filled.replaceChildren(...(held ? ["held"] : [`${kind}(`, ...this.terms(record, gate, step, unit), ")"]));
    }
    const product = (a, b) => [html("span", { "data-q": a }, number(at(a))), "·", html("span", { "data-q": b }, number(at(b)))];
    this.lines.c.filled.replaceChildren(...product("f", "cp"), " + ", ...product("i", "g"));
    this.lines.h.filled.replaceChildren(html("span", { "data-q": "o" }, number(at("o"))), "·tanh(", html("span", { "data-q": "c" }, number(at("c"))), ")");
    for (const key of LINES) {
      setText(this.lines[key].value, number(at(key)));
      setText(this.lines[key].words, record.phrases[record.said[key][unit][step]]);
    }
    if (record.readout) this.showReadout(record, step, at("h"));
    if (record.gradient) this.showGradient(record, step, unit);
    this.explain(this.explained);
  }

  terms(record, gate, step, unit) {
    const row = record.rows[GATES.indexOf(gate) * record.units + unit];
    const factors = [
      ...record.x.map((line) => ["x", line[step]]),
      ...record.q.hp.map((line) => ["hp", line[step]]),
      [null, null],
    ];
    return factors.flatMap(([quantity, factor], k) => {
      const text = `${signed(row[k], k === 0)}${quantity ? "·" : ""}`;
      const attributes = { class: row[k] === 0 ? "zero" : null, "data-q": quantity };
      return [k ? " " : "", html("span", attributes, text, quantity ? number(factor) : "")];
    });
  }

  showReadout({ readout }, step, h) {
    const { weight: scale, bias, y } = readout;
    this.readout.replaceChildren(
      html("span", { class: "sign" }, "y", html("sub", {}, "t")),
      html("span", { class: "equation" }, `= σ(${weight(scale)}·${number(h)} + ${weight(bias)}) = `, html("output", { class: "value", "aria-live": "off" }, y[step].toFixed(4))),
      html("span", { class: "words" }, "the readout: what a layer after the cell makes of h"),
    );
  }

  showGradient({ gradient }, step, unit) {
    const { kind, target, value } = gradient;
    const [c, h] = [gradient.c[unit][step], gradient.h[unit][step]];
    const loss = { c: "C of the last step", h: "h of the last step", target: `½ (h of the last step − ${weight(target)})²` }[kind];
    this.gradient.replaceChildren(
      html("span", { class: "sign" }, "∂L"),
      html(
        "span",
        { class: "equation" },
        html("span", { class: "filled" }, `L = ${loss} = `),
        html("output", { class: "value" }, number(value)),
        html("span", { class: "filled" }, "; ∂L/∂C = "),
        html("output", { class: "value tint-c", "data-q": "dc" }, number(c)),
        html("span", { class: "filled" }, ", ∂L/∂h = "),
        html("output", { class: "value tint-h", "data-q": "dh" }, number(h)),
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
    const said = (key) => `${SYMBOLS[key]} ${number(record.q[key][unit][step])}: ${record.phrases[record.said[key][unit][step]]}`;
    const read = record.names.map((name, d) => `${name} ${number(record.x[d][step])}`).join(", ");
    const which = record.units > 1 ? `, unit ${unit + 1}` : "";
    return `Step ${step + 1} of ${record.steps}${which}. Input ${read}. ${LINES.map(said).join(". ")}.`;
  }
}

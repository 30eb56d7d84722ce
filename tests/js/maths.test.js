import assert from "node:assert/strict";
import { test } from "node:test";

import { read } from "../../lstm_viz/components/assets/equation_editor/maths.js";

/**
 * A formula in one line, tags in brackets.
 * @param {import("../../lstm_viz/components/assets/equation_editor/maths.js").Part} part
 * @returns {string}
 */
const written = ({ tag, text, children }) =>
  text ?? `${tag.replace(/^m/, "")}(${(children ?? []).map(written).join(" ")})`;

/** @param {string} latex */
const set = (latex) => read(latex).map(written).join(" ");

test("a gate", () => {
  assert.equal(set(String.raw`f_t = \sigma(W_f x_t + b_f)`), "sub(f t) = σ row(( sub(W f) sub(x t) + sub(b f) ))");
});

test("indices of several letters, and a tilde", () => {
  assert.equal(set(String.raw`\tilde C_t`), "sub(over(C ~) t)");
  assert.equal(set("h_{t-1}"), "sub(h row(t − 1))");
  assert.equal(set("z_{1,t}"), "sub(z row(1 , t))");
});

test("fractions, roots, powers and bars", () => {
  assert.equal(set(String.raw`\frac{c_t}{n_t}`), "frac(sub(c t) sub(n t))");
  assert.equal(set(String.raw`\tfrac16(x_t)`), "frac(1 6) row(( sub(x t) ))");
  assert.equal(set(String.raw`\sqrt{1 - a_t^2}`), "sqrt(row(1 − subsup(a t 2)))");
  assert.equal(set("|c_t|"), "row(| sub(c t) |)");
  assert.equal(set("10^{-5}"), "sup(10 row(− 5))");
});

test("words and Greek letters", () => {
  assert.equal(set(String.raw`\mathrm{relu}(\alpha_t)`), "relu row(( sub(α t) ))");
  assert.equal(set(String.raw`\mathrm{my\_line}_t`), "sub(my_line t)");
  assert.equal(set(String.raw`\log\sigma(x_t)`), "log σ row(( sub(x t) ))");
});

test("what it does not know is shown as it is written, and nothing breaks", () => {
  assert.equal(set(String.raw`\unknown x`), String.raw`\unknown x`);
  for (const latex of ["", "{", "}", "_", "^2", "(", String.raw`\frac{a}`, String.raw`\mathrm`, "f_"]) read(latex);
});

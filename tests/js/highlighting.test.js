import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces, range } from "../../lstm_viz/components/assets/equation_editor/highlighting.js";

/**
 * @param {string} line
 * @param {import("../../lstm_viz/components/assets/equation_editor/highlighting.js").Place[]} problems
 */
const cut = (line, problems = []) =>
  pieces(line, problems).map(({ text, kind, wrong }) => `${wrong ? "!" : ""}${kind}:${text}`);

test("names, weights, functions, numbers and remarks are told apart", () => {
  assert.deepEqual(
    cut("f = σ(W@x + 0.5*b1)  # a gate").filter((piece) => !/^other:\s*$/.test(piece)),
    [
      "name:f",
      "other:=",
      "function:σ",
      "other:(",
      "weight:W",
      "other:@",
      "name:x",
      "other:+",
      "number:0.5",
      "other:*",
      "weight:b1",
      "other:)",
      "remark:# a gate",
    ],
  );
});

test("a weight of another line is a weight, and a long name is none", () => {
  assert.deepEqual(cut("W_f"), ["weight:W_f"]);
  assert.deepEqual(cut("bias"), ["name:bias"]);
  assert.deepEqual(cut("keep"), ["name:keep"]);
});

test("nothing of a line is lost, whatever it holds", () => {
  for (const line of ["", "  h = ?!§ 𝒳 + ẽ\t~", "h = 1.5.2e", "###", "'\"\\"]) {
    assert.equal(
      pieces(line, [{ line: 1, column: 3, end: 5 }])
        .map(({ text }) => text)
        .join(""),
      line,
    );
  }
});

test("what is wrong is cut out, even within a word", () => {
  assert.deepEqual(cut("h = abc", [{ line: 1, column: 6, end: 7 }]), [
    "name:h",
    "other: ",
    "other:=",
    "other: ",
    "name:a",
    "!name:b",
    "name:c",
  ]);
});

test("a mistake behind the end is seen at the last letter", () => {
  assert.equal(cut("h = h +", [{ line: 1, column: 8, end: 9 }]).at(-1), "!other:+");
});

test("columns count characters, and some take two units", () => {
  const text = "# 𝒳\nh = 𝒳 + qq";
  const { from, to } = range(text, { line: 2, column: 9, end: 11 });
  assert.equal(text.slice(from, to), "qq");
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { filledPart, nudged, parse, plain, stepOf } from "../../lstm_viz/components/assets/shared/dial.js";

const UNITS = { low: 2, high: 64, whole: true };
const WEIGHT = { low: -3, high: 3 };

test("an arrow key takes a whole number to the next one", () => {
  for (const range of [UNITS, { low: 10, high: 1000, whole: true }, { low: 1, high: 20, whole: true }]) {
    assert.equal(stepOf(range), 1);
    assert.equal(nudged(12, 1, stepOf(range), range), 13);
    assert.equal(nudged(12, -1, stepOf(range), range), 11);
  }
});

test("an arrow key never leaves the range", () => {
  assert.equal(nudged(64, 1, 1, UNITS), 64);
  assert.equal(nudged(2, -1, 1, UNITS), 2);
  assert.equal(nudged(2.995, 1, 0.01, WEIGHT), 3);
});

test("a slider moves by a step that its pixels can show", () => {
  /** @type {[number, number][]} Reach to both sides, and step. */
  const cases = [
    [1, 0.01],
    [3, 0.01],
    [6, 0.02],
    [12, 0.02],
    [30, 0.1],
    [1000, 0.1],
  ];
  for (const [reach, step] of cases) assert.equal(stepOf({ low: -reach, high: reach }), step, `±${reach}`);
});

test("numbers are read as people type them", () => {
  /** @type {[string, number][]} */
  const cases = [
    ["0.5", 0.5],
    [" −2,25 ", -2.25],
    ["-.5", -0.5],
    ["1e0", 1],
    ["3", 3],
    ["-3", -3],
  ];
  for (const [text, value] of cases) assert.equal(parse(text, WEIGHT), value, text);
});

test("what may not be set is refused", () => {
  for (const text of ["", "  ", "one", "1 2", "NaN", "Infinity", "1e999", "3.01", "-3.01"]) {
    assert.equal(parse(text, WEIGHT), null, text);
  }
});

test("a whole number is typed without a fraction", () => {
  assert.equal(parse("8", UNITS), 8);
  assert.equal(parse("8.0", UNITS), 8);
  assert.equal(parse("2.5", UNITS), null);
  assert.equal(parse("65", UNITS), null);
});

test("a number is written without the noise of binary fractions", () => {
  assert.equal(plain(0.1 + 0.2), "0.3");
  assert.equal(plain(-1.5), "-1.5");
  assert.equal(plain(12), "12");
});

test("the rail is filled between zero and the value", () => {
  assert.deepEqual(filledPart(3, WEIGHT), [50, 100]);
  assert.deepEqual(filledPart(-3, WEIGHT), [0, 50]);
  assert.deepEqual(filledPart(0, WEIGHT), [50, 50]);
  // Where zero lies outside, it begins at the nearer end.
  assert.deepEqual(filledPart(33, UNITS), [0, 50]);
  assert.deepEqual(filledPart(-1.5, { low: -2, high: -1 }), [50, 100]);
});

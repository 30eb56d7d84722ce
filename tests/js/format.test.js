import assert from "node:assert/strict";
import { test } from "node:test";

import { number, percent, weight } from "../../lstm_viz/components/assets/shared/format.js";
import { bracketed, signed } from "../../lstm_viz/components/assets/stage/equations.js";

/**
 * @param {(value: number) => string} format
 * @param {[number, string][]} cases
 */
function writes(format, cases) {
  for (const [value, text] of cases) assert.equal(format(value), text, String(value));
}

test("a number has about three figures", () => {
  writes(number, [
    [0, "0.00"],
    [-0, "0.00"],
    [0.72, "0.72"],
    [-1.194, "−1.19"],
    [0.0468, "0.047"],
    [0.00468, "0.0047"],
    [0.00005, "0.0001"],
    [0.00004, "0.00"],
    [99.994, "99.99"],
    [387.04, "387.0"],
    [999.94, "999.9"],
    [999.96, "1000"],
    [-1000, "−1000"],
    [999_999_999, "999999999"],
    [1e9, "1.00 × 10⁹"],
    [Number.MAX_VALUE, "∞"],
    [-Number.MAX_VALUE, "−∞"],
    [-1.234e300, "−1.23 × 10³⁰⁰"],
  ]);
});

test("a number that is not there is a dash", () => {
  assert.equal(number(null), "–");
  assert.equal(number(undefined), "–");
});

test("a weight has no more digits than it was given", () => {
  writes(weight, [
    [1, "1"],
    [-0.5, "−0.5"],
    [0.12345, "0.1235"],
    [0.1 + 0.2, "0.3"],
  ]);
});

test("a share never reads as all or nothing unless it is", () => {
  writes(percent, [
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [0.0002, "0.02 %"],
    [0.0468, "4.7 %"],
    [0.23, "23 %"],
    [0.99, "99 %"],
    [0.997, "99.7 %"],
    [0.9998, "99.980 %"],
    [1, "100 %"],
  ]);
});

test("a sum is written with signs, and a negative factor in brackets", () => {
  assert.equal(signed(-2, true), "−2");
  assert.equal(signed(2, true), "2");
  assert.equal(signed(-2), "− 2");
  assert.equal(signed(0.5), "+ 0.5");
  assert.equal(bracketed("−0.50"), "(−0.50)");
  assert.equal(bracketed("0.50"), "0.50");
});

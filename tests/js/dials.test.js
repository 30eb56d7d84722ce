import assert from "node:assert/strict";
import { test } from "node:test";

import { clampOption, reachOf } from "../../lstm_viz/components/assets/stage/dials.js";

test("sliders reach as far as the weights need, with a margin, and not much further", () => {
  assert.equal(reachOf([0]), 3);
  assert.equal(reachOf([2.8, -1]), 3);
  assert.equal(reachOf([-2.9]), 6);
  assert.equal(reachOf([11, -40]), 60);
  assert.equal(reachOf([1000]), 1000);
});

test("how far a slider reaches never shrinks", () => {
  assert.equal(reachOf([1], 12), 12);
  assert.equal(reachOf([20], 12), 30);
});

test("a clamp is chosen from the list where it is there, and else set by a dial", () => {
  assert.equal(clampOption("f", undefined, "at"), "free");
  assert.equal(clampOption("f", 0, ""), "0");
  assert.equal(clampOption("f", 1, "1"), "1");
  assert.equal(clampOption("f", 0.5, ""), "at");
  assert.equal(clampOption("g", -1, ""), "-1");
  assert.equal(clampOption("f", -1, ""), "at");
});

test("whoever has asked for the dial keeps it at a value of the list", () => {
  assert.equal(clampOption("f", 1, "at"), "at");
});

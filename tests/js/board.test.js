import assert from "node:assert/strict";
import { test } from "node:test";

import { scoreWords } from "../../lstm_viz/components/assets/board/card.js";
import { bandPath, rangeOf } from "../../lstm_viz/components/assets/board/curve.js";
import { solutionWords } from "../../lstm_viz/components/assets/board/hints.js";
import { better, earned, exported, load, parse, save } from "../../lstm_viz/components/assets/board/progress.js";
import { keyStep, moved } from "../../lstm_viz/components/assets/board/weights.js";

test("a weight moves on a grid of hundredths and stays on the board", () => {
  assert.equal(moved(0.1, 0.2, 20), 0.3);
  assert.equal(moved(19.95, 0.1, 20), 20);
  assert.equal(moved(-19.95, -7, 20), -20);
  assert.ok(Object.is(moved(0.1, -0.1, 20), 0));
  assert.ok(Object.is(moved(0, -0.001, 20), 0), "no minus zero");
});

test("arrow keys move a weight, other keys do not", () => {
  assert.equal(keyStep({ key: "ArrowUp", shiftKey: false }), 0.1);
  assert.equal(keyStep({ key: "ArrowDown", shiftKey: true }), -1);
  assert.equal(keyStep({ key: "PageUp", shiftKey: false }), 5);
  assert.equal(keyStep({ key: "a", shiftKey: false }), 0);
});

test("the most stars and the fewest weights are kept", () => {
  const first = better(undefined, { stars: 1, weights: 7 });
  assert.deepEqual(first, { stars: 1, weights: 7 });
  assert.deepEqual(better(first, { stars: 3, weights: 4 }), { stars: 3, weights: 4 });
  assert.deepEqual(better({ stars: 3, weights: 4 }, { stars: 2, weights: 6 }), { stars: 3, weights: 4 });
});

test("after the solution was shown there is one star at most, but none is taken away", () => {
  assert.equal(earned(3, { stars: 0, shown: true }), 1);
  assert.equal(earned(3), 3);
  assert.equal(better({ stars: 0, shown: true }, { stars: 3, weights: 1 }).stars, 1);
  assert.equal(better({ stars: 2, shown: true }, { stars: 3, weights: 1 }).stars, 2);
});

test("whatever stands in the browser's storage is read without harm", () => {
  assert.deepEqual(parse(null), {});
  for (const text of ["", "{", "7", '"x"', "[1]", '{"keep": 3}', '{"keep": {"stars": 99}}', '{"keep": null}']) {
    assert.deepEqual(parse(text), {}, text);
  }
  assert.deepEqual(parse('{"keep": {"stars": 2}, "latch": {"stars": "3"}}'), { keep: { stars: 2 } });
});

test("a browser that keeps nothing does no harm", () => {
  assert.deepEqual(load(), {});
  save({ keep: { stars: 1 } });
});

test("the file to take away names every challenge", () => {
  const all = [
    { key: "keep", title: "Keep it" },
    { key: "copy", title: "Copy" },
  ];
  assert.deepEqual(JSON.parse(exported({ copy: { stars: 2, weights: 4 } }, all)), [
    { challenge: 1, key: "keep", title: "Keep it", stars: 0 },
    { challenge: 2, key: "copy", title: "Copy", stars: 2, weights: 4 },
  ]);
});

test("what is said beside the stars", () => {
  const attempt = { nonzero: 4, par: 4, stars: 3, mine: 3 };
  assert.equal(scoreWords(attempt), "**4 weights are not 0**, par is 4.");
  assert.match(scoreWords({ ...attempt, nonzero: 1, stars: 0, mine: 0 }), /^\*\*1 weight is not 0.*three stars\.$/);
  assert.match(scoreWords({ ...attempt, nonzero: 3 }), /fewer than anybody/);
  assert.match(scoreWords({ ...attempt, mine: 1 }), /solution was shown/);
});

/** @param {string} key @param {string} symbol @param {number} row */
const gate = (key, symbol, row) => ({ key, symbol, name: key, light: "#000000", dark: "#ffffff", row });

test("a solution is said in words, unit by unit", () => {
  const gates = [gate("f", "f", 1), gate("i", "i", 0)];
  const one = { key: "k", hints: [], gates, columns: ["x", "h", "b"], units: 1 };
  const rows = [
    [20, 0, -10],
    [0, 0, 1.386],
  ];
  assert.equal(solutionWords({ ...one, solution: rows }), "*f*: b 1.386; *i*: x 20, b −10. All others 0.");
  const two = { ...one, gates: [gate("f", "f", 2), gate("i", "i", 0)], units: 2 };
  const zero = [0, 0, 0];
  assert.equal(
    solutionWords({ ...two, solution: [zero, [1, 0, 0], [0, 0, 2], zero] }),
    "**Unit 1** *f*: b 2. **Unit 2** *i*: x 1. All others 0.",
  );
});

test("a curve far outside does not flatten the band", () => {
  const still = { values: [0, 0], target: [1, 1], tolerance: 0.1, start: 0, out: 1 };
  assert.deepEqual(rangeOf(still), { low: -0.1, high: 1.1 });
  const { low, high } = rangeOf({ ...still, values: [50, -50] });
  assert.ok(Math.abs(high - 1.4) < 1e-12 && Math.abs(low + 0.4) < 1e-12);
});

test("the band is as wide as the columns and as high as twice the tolerance", () => {
  const scale = { x: (/** @type {number} */ t) => 10 * t, y: (/** @type {number} */ value) => -value };
  assert.equal(
    bandPath([1, 2], 0.5, scale),
    "M0.0 -1.5L10.0 -1.5L10.0 -2.5L20.0 -2.5L20.0 -1.5L10.0 -1.5L10.0 -0.5L0.0 -0.5Z",
  );
});

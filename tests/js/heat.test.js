import assert from "node:assert/strict";
import { test } from "node:test";

import { fit, stepOfKey } from "../../lstm_viz/components/assets/shared/heat.js";
import { rowsOf } from "../../lstm_viz/components/assets/stage/strip.js";

const NO_KEYS = { altKey: false, ctrlKey: false, metaKey: false };

/** @param {object} event */
const pressed = (event) => stepOfKey(/** @type {KeyboardEvent} */ ({ ...NO_KEYS, ...event }), 4);

test("wide columns hold numbers, and all of them are numbered", () => {
  assert.deepEqual(fit(400, 10), { readable: true, every: 1, apart: 1 });
});

test("where columns are narrow, numbers go and steps are numbered seldom", () => {
  assert.deepEqual(fit(300, 10), { readable: false, every: 1, apart: 1 });
  assert.deepEqual(fit(300, 20), { readable: false, every: 2, apart: 2 });
  assert.deepEqual(fit(300, 60), { readable: false, every: 5, apart: 4 });
  assert.deepEqual(fit(300, 600), { readable: false, every: 20, apart: 40 });
});

test("arrow keys, Home and End lead to a step", () => {
  assert.equal(pressed({ key: "ArrowLeft" }), 3);
  assert.equal(pressed({ key: "ArrowRight" }), 5);
  assert.equal(pressed({ key: "Home" }), 0);
  assert.equal(pressed({ key: "End" }), Number.POSITIVE_INFINITY);
});

test("other keys, and those of the browser, are left alone", () => {
  assert.equal(pressed({ key: "a" }), undefined);
  assert.equal(pressed({ key: "toString" }), undefined);
  assert.equal(pressed({ key: "ArrowLeft", altKey: true }), undefined);
  assert.equal(pressed({ key: "Home", ctrlKey: true }), undefined);
  assert.equal(pressed({ key: "End", metaKey: true }), undefined);
});

/** @param {object} changes */
const record = (changes = {}) =>
  /** @type {import("../../lstm_viz/components/assets/stage/record.js").StageRecord} */ (
    /** @type {unknown} */ ({
      inputs: 2,
      names: ["value", "flag"],
      x: [[1], [0]],
      shown: ["f", "c"],
      q: { f: [[0.5]], c: [[2]] },
      scale: { x: 1, c: 4 },
      symbols: Object.fromEntries(["x", "f", "c", "dc", "dh"].map((symbol) => [symbol, { symbol }])),
      ghost: null,
      gradient: null,
      ...changes,
    })
  );

test("the strip shows inputs by their names, and then every quantity of the cell", () => {
  const rows = rowsOf(record(), 0);
  assert.deepEqual(
    rows.map(({ quantity, label, full }) => [quantity, label, full]),
    [
      ["x", "value", 1],
      ["x", "flag", 1],
      ["f", "f", null],
      ["c", "c", 4],
    ],
  );
});

test("the memory with every gate free stands below the memory, the gradient at the end", () => {
  const rows = rowsOf(record({ ghost: { c: [[3]] }, gradient: { scale: 8, of: { c: [[1]], h: [[2]] } } }), 0);
  assert.deepEqual(
    rows.slice(2).map(({ name, values, full }) => [name, values, full]),
    [
      ["f", [0.5], null],
      ["c", [2], 4],
      ["ghost", [3], 4],
      ["dc", [1], 8],
      ["dh", [2], 8],
    ],
  );
});

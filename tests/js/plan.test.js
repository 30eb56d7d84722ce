import assert from "node:assert/strict";
import { test } from "node:test";

import { curveIn, fillingWidth } from "../../lstm_viz/components/assets/stage/diagram.js";
import { planOf } from "../../lstm_viz/components/assets/stage/plan.js";

/** @typedef {import("../../lstm_viz/components/assets/stage/record.js").Family} Anatomy */
/** @typedef {import("../../lstm_viz/components/assets/stage/plan.js").Plan} Plan */

/** @type {Anatomy} */
const LSTM = {
  kind: "lstm",
  blocks: { i: "σ", f: "σ", o: "σ", g: "tanh" },
  coupled: false,
  peepholes: { f: [1], i: [2], o: [3] },
  squash: "tanh",
};
/** @type {Anatomy} */
const COUPLED = { ...LSTM, blocks: { i: "σ", o: "σ", g: "tanh" }, coupled: true, peepholes: {} };
/** @type {Anatomy} */
const BARE = { ...LSTM, blocks: { g: "linear" }, peepholes: {}, squash: "" };
/** @type {Anatomy} */
const GRU = { kind: "gru", blocks: { r: "σ", u: "σ", n: "tanh" }, reset_after: true };
/** @type {Anatomy} */
const RNN = { kind: "rnn", blocks: { h: "tanh" } };

const CELLS = { LSTM, COUPLED, BARE, GRU, "GRU before": { ...GRU, reset_after: false }, RNN };

/** @param {{[key: string]: unknown}} of */
const keys = (of) => new Set(Object.keys(of));

/** @param {Plan} plan */
const valvesOf = ({ operators }) => new Set(operators.flatMap(({ gate }) => gate ?? []));

/** @param {Plan} plan */
const controlsOf = ({ wires }) => new Set(wires.flatMap(({ tint }) => tint ?? []));

for (const [name, anatomy] of Object.entries(CELLS)) {
  for (const narrow of [false, true]) {
    const plan = planOf(anatomy, narrow);
    const where = `${name} on a ${narrow ? "phone" : "wide page"}`;

    test(`${where}: every gate that is computed has a block, and none besides`, () => {
      assert.deepEqual(new Set(plan.blocks.map(({ gate }) => gate)), keys(anatomy.blocks));
    });

    test(`${where}: whatever is drawn stands inside the drawing`, () => {
      /** @type {[number, number][]} */
      const points = [...plan.operators, ...plan.chips, ...plan.pills, ...plan.joints].map(({ at }) => at);
      points.push(plan.full);
      points.push(...plan.blocks.map(({ x }) => /** @type {[number, number]} */ ([x, plan.block.y])));
      for (const [x, y] of points) {
        assert.ok(x >= 0 && x <= plan.width && y >= 0 && y <= plan.height, `${x}, ${y}`);
      }
    });

    test(`${where}: no path is broken`, () => {
      const paths = [...[...plan.wires, ...plan.pipes].map(({ d }) => d), ...plan.troughs.map(([d]) => d)];
      for (const d of paths) assert.match(d, /^M-?[\d.]+ -?[\d.]+( [VH]-?[\d.]+)+$/);
    });

    test(`${where}: blocks do not overlap`, () => {
      const places = plan.blocks.map(({ x }) => x).sort((a, b) => a - b);
      for (const [k, x] of places.slice(1).entries()) assert.ok(x - places[k] >= plan.block.width);
    });
  }
}

test("a cell without a gate has no valve, chip or control for it", () => {
  const plan = planOf(BARE, false);
  assert.deepEqual(valvesOf(plan), new Set());
  assert.deepEqual(controlsOf(plan), new Set());
  for (const quantity of ["f", "kept", "i", "written", "o", "tc"])
    assert.ok(plan.chips.every(({ q }) => q !== quantity));
  assert.equal(plan.keeps, null);
  assert.deepEqual(plan.pills, []);
});

test("where f is 1 − i the forget valve stays, and hangs on the input gate", () => {
  const plan = planOf(COUPLED, false);
  assert.ok(valvesOf(plan).has("f"));
  assert.deepEqual(controlsOf(plan), new Set(["f", "i", "o"]));
  assert.ok(plan.pills.some(({ text }) => text === "1 − i"));
  assert.equal(plan.keeps?.quantity, "f");
});

test("a peephole comes with its weights", () => {
  assert.deepEqual(
    planOf(LSTM, true).peepholes.map(({ gate, weights }) => [gate, weights]),
    [
      ["f", [1]],
      ["i", [2]],
      ["o", [3]],
    ],
  );
});

test("a GRU multiplies by U after its reset gate or before it", () => {
  assert.ok(planOf(GRU, false).pills.some(({ q }) => q === "nh"));
  assert.ok(planOf({ ...GRU, reset_after: false }, false).pills.some(({ q }) => q === "reset"));
});

test("the plan of any other cell is the one that came with it, for the page that it is on", () => {
  /** @type {import("../../lstm_viz/components/assets/stage/record.js").Drawing} */
  const wide = { ...planOf(RNN, false), full: [1, 2] };
  const narrow = { ...wide, full: /** @type {[number, number]} */ ([3, 4]) };
  const anatomy = /** @type {const} */ ({ kind: "graph", text: "h = tanh(U@h)", wide, narrow });
  assert.deepEqual(planOf(anatomy, false).full, [1, 2]);
  assert.deepEqual(planOf(anatomy, true).full, [3, 4]);
  assert.deepEqual(planOf(anatomy, true).peepholes, []);
});

test("a table shows the quantities of a record that calls them otherwise", () => {
  const plan = planOf({ ...GRU, keys: { u: "z", hp: "h[t-1]", kept: "17" } }, false);
  assert.ok(valvesOf(plan).has("z") && !valvesOf(plan).has("u"));
  assert.ok(plan.blocks.some(({ gate }) => gate === "z"));
  assert.ok(plan.chips.some(({ q, letter, tint }) => q === "17" && letter === "z·h" && tint === "h"));
  assert.deepEqual(plan.silent[0], "17");
  assert.deepEqual(plan.backward["h[t-1]"], ["∂L/∂h", "t−1"]);
  assert.equal(plan.keeps?.quantity, "z");
});

test("a filling is as thick as its value, never beyond the trough, and never invisible", () => {
  assert.equal(fillingWidth(0, 1, 30), 0);
  assert.equal(fillingWidth(0.5, 1, 30), 0.5 * fillingWidth(1, 1, 30));
  assert.equal(fillingWidth(-0.5, 1, 30), fillingWidth(0.5, 1, 30));
  assert.equal(fillingWidth(5, 1, 30), fillingWidth(1, 1, 30));
  assert.ok(fillingWidth(1, 1, 30) < 30);
  assert.equal(fillingWidth(1e-9, 1, 30), 1.5);
  assert.ok(Number.isFinite(fillingWidth(1, 0, 30)));
});

test("z lies on the curve of its block", () => {
  const box = { x: 10, y: 20, width: 60, height: 40 };
  const { at, zero } = curveIn(box, "tanh");
  assert.deepEqual(at(0), [40, 40]);
  assert.equal(zero, 40);
  assert.equal(at(-6)[0], 10);
  assert.equal(at(6)[0], 70);
  assert.ok(Math.abs(at(6)[1] - 20) < 0.01);
  assert.equal(curveIn(box, "σ").zero, 60);
  assert.deepEqual(curveIn(box, "linear").at(6), [70, 20]);
  const half = { values: [0, 0, 6], low: 0, high: 6 };
  assert.deepEqual(curveIn(box, "relu", half).at(-3), [25, 60]);
  assert.deepEqual(curveIn(box, "relu", half).at(3), [55, 40]);
});

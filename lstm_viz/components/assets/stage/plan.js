// The plan of a diagram: what is drawn of which cell, from its anatomy and the geometry of the page. diagram.js draws
// any plan; a part that a variant lacks is simply not in it.

import { GRU, LSTM, RNN } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").Frame} Frame */
/** @typedef {import("./geometry.js").LstmGeometry} LstmGeometry */
/** @typedef {import("./geometry.js").GruGeometry} GruGeometry */
/** @typedef {import("./geometry.js").RnnGeometry} RnnGeometry */
/** @typedef {import("./record.js").Anatomy} Anatomy */

/** @typedef {{gate: string, kind: string, x: number, name: string}} Block  `kind`: its function. */
/** @typedef {{gate: string, weights: number[], d: string, label: [number, number, string]}} PlannedPeephole */
/** @typedef {{d: string, thin?: boolean}} Pipe  What carries the memory, or (thin) the output. */
/** @typedef {{quantity: string, at: Point, text: string}} Pill */

/**
 * What is drawn. Paths are those of SVG; quantities are the keys of the record.
 * @typedef {object} Parts
 * @property {string[]} wires
 * @property {Point[]} joints
 * @property {string} memory The symbol of what the belt carries.
 * @property {Block[]} blocks
 * @property {[string, string][]} controls The ways of the gates to their valves.
 * @property {PlannedPeephole[]} peepholes
 * @property {[string, number][]} troughs Path and width.
 * @property {Record<string, Pipe>} pipes
 * @property {[string, Point][]} valves
 * @property {Point | null} plus
 * @property {Pill[]} pills
 * @property {string | null} sum What comes out of the plus.
 * @property {[string, Point][]} chips Where a number is written.
 * @property {Record<string, [string, string]>} symbols Of chips that differ from the usual: letter and index.
 * @property {{at: Point, quantity: string} | null} keeps
 * @property {Point} full
 * @property {Point | null} free Where it is said what C would be with every gate free.
 */

/** @typedef {Frame & Parts} Plan */

const SIDE = 0.8; // width of the trough beside the belt, as a share of it

/** @type {Record<string, [string, string]>} The names of the blocks, and short ones. */
const NAMES = {
  f: ["forget gate", "forget"],
  i: ["input gate", "input"],
  g: ["candidate", "candidate"],
  o: ["output gate", "output"],
  r: ["reset gate", "reset"],
  u: ["update gate", "update"],
  n: ["new state", "new"],
  h: ["hidden state", "hidden"],
};

/**
 * The plan of a cell on a wide page or a phone.
 * @param {Anatomy} anatomy
 * @param {boolean} narrow
 * @returns {Plan}
 */
export function planOf(anatomy, narrow) {
  const size = narrow ? "narrow" : "wide";
  if (anatomy.kind === "lstm") return lstmPlan(anatomy, LSTM[size]);
  return anatomy.kind === "gru" ? gruPlan(anatomy, GRU[size]) : rnnPlan(anatomy, RNN[size]);
}

/**
 * Leaves out what a variant lacks.
 * @template T
 * @param {(T | false | "" | undefined)[]} items
 * @returns {T[]}
 */
const present = (...items) => /** @type {T[]} */ (items.filter(Boolean));

/**
 * @param {Anatomy} anatomy
 * @param {LstmGeometry | GruGeometry | RnnGeometry} geometry
 * @returns {Block[]}
 */
function blocksOf(anatomy, geometry) {
  return Object.entries(anatomy.blocks).map(([gate, kind]) => ({
    gate,
    kind,
    x: geometry.gates[gate],
    name: NAMES[gate][geometry.names.short ? 1 : 0],
  }));
}

/**
 * The line that carries h and x below all blocks, and the ways up from it.
 * @param {LstmGeometry | GruGeometry | RnnGeometry} geometry
 * @param {string[]} gates
 * @returns {{wires: string[], joints: Point[]}}
 */
function busTo(geometry, gates) {
  const { bus, block, input } = geometry;
  const bottom = block.y + block.height;
  const xs = gates.map((gate) => geometry.gates[gate]);
  return {
    wires: [
      `M${bus.from} ${bus.y} H${Math.max(...xs)}`,
      `M${input.x} ${input.y} V${bus.y}`,
      ...xs.map((x) => `M${x} ${bus.y} V${bottom}`),
    ],
    joints: [input.x, ...xs].map((x) => [x, bus.y]),
  };
}

/**
 * @param {Anatomy} anatomy
 * @param {LstmGeometry} geometry
 * @returns {Plan}
 */
function lstmPlan(anatomy, geometry) {
  const { valves, chips } = geometry;
  const missing = missingIn(anatomy);
  const peepholes = Object.entries(anatomy.peepholes ?? {});
  return {
    ...geometry,
    ...busTo(geometry, Object.keys(anatomy.blocks)),
    ...lstmBelts(geometry),
    memory: "C",
    blocks: blocksOf(anatomy, geometry),
    controls: lstmControls(anatomy, geometry),
    peepholes: peepholes.map(([gate, weights]) => ({ gate, weights, ...geometry.peepholes[gate] })),
    valves: Object.entries(valves).filter(([gate]) => !missing.has(gate)),
    pills: lstmPills(anatomy, geometry),
    sum: "c",
    chips: Object.entries(chips).filter(([quantity]) => !missing.has(quantity)),
    symbols: { ...(anatomy.squash === "tanh" ? {} : { tc: ["2σ(C)−1", ""] }), ...geometry.symbols },
    keeps: missing.has("f") ? null : { at: geometry.keeps, quantity: "f" },
  };
}

/**
 * The quantities that a variant of the LSTM lacks.
 * @param {Anatomy} anatomy
 * @returns {Set<string>}
 */
function missingIn({ blocks, coupled, squash }) {
  const forgets = "f" in blocks || coupled;
  return new Set([
    ...(forgets ? [] : ["f", "kept"]),
    ...("i" in blocks ? [] : ["i", "written"]),
    ...("o" in blocks ? [] : ["o"]),
    ...(squash ? [] : ["tc"]),
  ]);
}

/**
 * @param {Anatomy} anatomy
 * @param {LstmGeometry} geometry
 * @returns {[string, string][]}
 */
function lstmControls({ blocks, coupled }, { gates, valves, block, coupling, control }) {
  return present(
    "f" in blocks && ["f", `M${gates.f} ${block.y} V${valves.f[1]}`],
    coupled && ["f", coupling.d],
    "i" in blocks && ["i", `M${gates.i} ${block.y} V${valves.i[1]} H${valves.i[0]}`],
    "o" in blocks && ["o", control.o],
  );
}

/**
 * @param {LstmGeometry} geometry
 * @returns {Pick<Parts, "troughs" | "pipes">}
 */
function lstmBelts({ belt, hidden, block, gates, valves, plus, squash }) {
  return {
    troughs: [
      [`M${belt.from} ${belt.y} H${belt.to}`, belt.thickness],
      [`M${gates.g} ${block.y} V${belt.y}`, belt.thickness * SIDE],
      [`M${squash[0]} ${belt.y} V${hidden.y} H${hidden.to}`, hidden.thickness],
    ],
    pipes: {
      cp: { d: `M${belt.from} ${belt.y} H${valves.f[0]}` },
      kept: { d: `M${valves.f[0]} ${belt.y} H${plus[0]}` },
      c: { d: `M${plus[0]} ${belt.y} H${belt.to}` },
      g: { d: `M${gates.g} ${block.y} V${valves.i[1]}` },
      written: { d: `M${valves.i[0]} ${valves.i[1]} V${belt.y}` },
      tc: { d: `M${squash[0]} ${belt.y} V${hidden.y}`, thin: true },
      h: { d: `M${valves.o[0]} ${hidden.y} H${hidden.to}`, thin: true },
    },
  };
}

/**
 * @param {Anatomy} anatomy
 * @param {LstmGeometry} geometry
 * @returns {Pill[]}
 */
function lstmPills({ squash, coupled }, geometry) {
  return present(
    squash && { quantity: "tc", at: geometry.squash, text: squash },
    coupled && { quantity: "f", at: geometry.coupling.at, text: "1 − i" },
  );
}

/**
 * @param {Anatomy} anatomy
 * @param {GruGeometry} geometry
 * @returns {Plan}
 */
function gruPlan(anatomy, geometry) {
  const { belt, block, gates, valves, plus, rest, chips, product, radius } = geometry;
  const bus = busTo(geometry, ["r", "u"]);
  const after = anatomy.reset_after ?? false;
  return {
    ...geometry,
    memory: "h",
    blocks: blocksOf(anatomy, geometry),
    // x reaches the new state by a way of its own: h comes to it through the reset gate alone.
    wires: [...bus.wires, geometry.inlet, geometry.reset],
    joints: bus.joints,
    controls: [
      ["r", `M${gates.r} ${block.y} V${valves.r[1] + radius}`],
      ["u", `M${gates.u} ${block.y} V${valves.u[1]}`],
      ["u", rest.d],
    ],
    peepholes: [],
    troughs: [
      [`M${belt.from} ${belt.y} H${belt.to}`, belt.thickness],
      [`M${gates.n} ${block.y} V${belt.y}`, belt.thickness * SIDE],
    ],
    pipes: {
      hp: { d: `M${belt.from} ${belt.y} H${valves.u[0]}` },
      kept: { d: `M${valves.u[0]} ${belt.y} H${plus[0]}` },
      h: { d: `M${plus[0]} ${belt.y} H${belt.to}` },
      n: { d: `M${gates.n} ${block.y} V${valves.v[1]}` },
      written: { d: `M${valves.v[0]} ${valves.v[1]} V${belt.y}` },
    },
    valves: Object.entries(valves),
    pills: [
      { quantity: "v", at: rest.at, text: "1 − z" },
      { quantity: after ? "nh" : "reset", at: product[after ? "after" : "before"], text: "U" },
    ],
    sum: "h",
    chips: Object.entries(chips),
    symbols: {
      kept: ["z·h", "t−1"],
      u: ["z", ""],
      written: ["(1−z)·n", ""],
      reset: after ? ["r·Uh", ""] : ["r·h", ""],
    },
    keeps: { at: geometry.keeps, quantity: "u" },
    free: null,
  };
}

/**
 * @param {Anatomy} anatomy
 * @param {RnnGeometry} geometry
 * @returns {Plan}
 */
function rnnPlan(anatomy, geometry) {
  const { belt, block, bend } = geometry;
  const path = `M${bend[0]} ${block.y} V${belt.y} H${belt.to}`;
  return {
    ...geometry,
    ...busTo(geometry, ["h"]),
    memory: "h",
    blocks: blocksOf(anatomy, geometry),
    controls: [],
    peepholes: [],
    troughs: [[path, belt.thickness]],
    pipes: { h: { d: path } },
    valves: [],
    pills: [],
    plus: null,
    sum: null,
    chips: Object.entries(geometry.chips),
    symbols: {},
    keeps: null,
    free: null,
  };
}

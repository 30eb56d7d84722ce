// The plan of a diagram: what is drawn of which cell, from its anatomy and the geometry of the page. diagram.js draws
// any plan; a part that a variant lacks is simply not in it.

import { GRU, LSTM, RNN } from "./geometry.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./geometry.js").Frame} Frame */
/** @typedef {import("./geometry.js").LstmGeometry} LstmGeometry */
/** @typedef {import("./geometry.js").GruGeometry} GruGeometry */
/** @typedef {import("./geometry.js").RnnGeometry} RnnGeometry */
/** @typedef {import("./record.js").Anatomy} Anatomy */
/** @typedef {import("./record.js").Family} Family */

/** @typedef {{values: number[], low: number, high: number}} Curve  A function of z from −6 to 6. */
/** @typedef {{gate: string, kind: string, x: number, name: string, shift?: number, curve?: Curve | null}} Block */
/** @typedef {{gate: string, weights: number[], d: string, label: [number, number, string]}} PlannedPeephole */
/** @typedef {{q: string | null, d: string, tint: string | null, dashed?: boolean}} Wire */
/** @typedef {{q: string, d: string, full: string, thickness: number}} Pipe  `full`: whose largest value fills it. */
/** @typedef {{q: string, text: string, at: Point, gate: string | null}} Operator  A valve, if a gate opens it. */
/** @typedef {{q: string, at: Point, text: string, width: number}} Pill */
/** @typedef {{q: string, at: Point, letter: string, index: string, tint: string}} Chip  Where a number is written. */

/**
 * What is drawn. Paths are those of SVG; `q` and `tint` are keys of the record: what is shown, and whose colour it has.
 * @typedef {object} Parts
 * @property {Wire[]} wires
 * @property {{at: Point, tint: string | null}[]} joints
 * @property {string} [memory] The symbol of what the belt carries, where there is one belt.
 * @property {Block[]} blocks
 * @property {PlannedPeephole[]} peepholes
 * @property {[string, number][]} troughs Path and width.
 * @property {Pipe[]} pipes What carries a state or the output.
 * @property {Operator[]} operators
 * @property {Pill[]} pills
 * @property {Chip[]} chips
 * @property {{at: Point, quantity: string} | null} keeps
 * @property {Point} full
 * @property {Point | null} free Where it is said what C would be with every gate free.
 * @property {Point} [plus] From where on.
 * @property {Record<string, [string, string]>} backward Letter and index of the chips that show the gradient.
 * @property {string[]} silent Chips that show nothing on the way back.
 */

/** @typedef {Pick<Frame, "name" | "width" | "height" | "radius" | "cell" | "block" | "chip" | "names">} Lengths */
/** @typedef {Lengths & Parts & {belt?: Frame["belt"]}} Plan */

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

/** @type {Record<string, [string, string]>} Letter and index of each chip. */
const SYMBOLS = {
  cp: ["C", "t−1"],
  kept: ["f·C", "t−1"],
  c: ["C", "t"],
  f: ["f", ""],
  i: ["i", ""],
  g: ["C̃", ""],
  written: ["i·C̃", ""],
  o: ["o", ""],
  tc: ["tanh C", ""],
  h: ["h", "t"],
  hp: ["h", "t−1"],
  x: ["x", "t"],
  r: ["r", ""],
  n: ["n", ""],
};
/** @type {Record<string, [string, string]>} On the way back the states stand for the gradient with respect to them. */
const BACKWARD = { cp: ["∂L/∂C", "t−1"], c: ["∂L/∂C", "t"], hp: ["∂L/∂h", "t−1"], h: ["∂L/∂h", "t"] };
const SILENT = ["kept", "written", "tc"];

/** @type {Record<string, Record<string, string>>} Whose colour a chip wears, where it is not its own. */
const TINTS = {
  lstm: { cp: "c", kept: "c", written: "c", tc: "c", hp: "h" },
  gru: { kept: "h", written: "h", hp: "h", reset: "h" },
  rnn: { hp: "h" },
};

/**
 * The plan of a cell on a wide page or a phone: of those that are known by their tables, of all others as Python made it.
 * @param {Anatomy} anatomy
 * @param {boolean} narrow
 * @returns {Plan}
 */
export function planOf(anatomy, narrow) {
  const size = narrow ? "narrow" : "wide";
  if (anatomy.kind === "graph") return { ...NOTHING, ...anatomy[size] };
  const { keys = {}, kind } = anatomy;
  if (kind === "lstm") return renamed(lstmPlan(anatomy, LSTM[size]), keys);
  return renamed(kind === "gru" ? gruPlan(anatomy, GRU[size]) : rnnPlan(anatomy, RNN[size]), keys);
}

/**
 * A plan whose quantities have the keys of a record that calls them otherwise.
 * @param {Plan} plan
 * @param {Record<string, string>} keys
 * @returns {Plan}
 */
function renamed(plan, keys) {
  /** @type {(key: string) => string} */
  const own = (key) => keys[key] ?? key;
  /** @type {(key: string | null) => string | null} */
  const ownOrNone = (key) => (key == null ? null : own(key));
  const { keeps } = plan;
  return {
    ...plan,
    wires: plan.wires.map((wire) => ({ ...wire, q: ownOrNone(wire.q), tint: ownOrNone(wire.tint) })),
    blocks: plan.blocks.map((block) => ({ ...block, gate: own(block.gate) })),
    operators: plan.operators.map((operator) => ({ ...operator, q: own(operator.q), gate: ownOrNone(operator.gate) })),
    pipes: plan.pipes.map((pipe) => ({ ...pipe, q: own(pipe.q) })),
    pills: plan.pills.map((each) => ({ ...each, q: own(each.q) })),
    chips: plan.chips.map((chip) => ({ ...chip, q: own(chip.q), tint: own(chip.tint) })),
    keeps: keeps && { ...keeps, quantity: own(keeps.quantity) },
    backward: Object.fromEntries(Object.entries(plan.backward).map(([key, letters]) => [own(key), letters])),
    silent: plan.silent.map(own),
  };
}

/**
 * Leaves out what a variant lacks.
 * @template T
 * @param {(T | false | "" | undefined)[]} items
 * @returns {T[]}
 */
const present = (...items) => /** @type {T[]} */ (items.filter(Boolean));

/** What the diagram of a cell without a table of its own never has. */
const NOTHING = { peepholes: [], troughs: [], keeps: null, free: null, backward: {} };

/** @type {(d: string) => Wire} */
const plainWire = (d) => ({ q: null, d, tint: null });

/** @type {(gate: string, d: string) => Wire} */
const control = (gate, d) => ({ q: gate, d, tint: gate });

/** @type {(gate: string, at: Point) => Operator} */
const valve = (gate, at) => ({ q: gate, text: "×", at, gate });

/** @type {(q: string, at: Point, text: string) => Pill} */
const pill = (q, at, text) => ({ q, at, text, width: text.length > 3 ? 48 : 30 });

/**
 * @param {Family["kind"]} kind
 * @param {[string, Point][]} places
 * @param {Record<string, [string, string]>} symbols Of those that differ from the usual.
 * @returns {Pick<Parts, "chips" | "backward" | "silent">}
 */
function chipsAt(kind, places, symbols) {
  const chips = places.map(([q, at]) => {
    const [letter, index] = symbols[q] ?? SYMBOLS[q];
    return { q, at, letter, index, tint: TINTS[kind][q] ?? q };
  });
  return { chips, backward: BACKWARD, silent: SILENT };
}

/**
 * @param {Family} anatomy
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
 * @returns {Pick<Parts, "wires" | "joints">}
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
    ].map(plainWire),
    joints: [input.x, ...xs].map((x) => ({ at: [x, bus.y], tint: null })),
  };
}

/**
 * @param {Family} anatomy
 * @param {LstmGeometry} geometry
 * @returns {Plan}
 */
function lstmPlan(anatomy, geometry) {
  const { valves, chips, plus } = geometry;
  const missing = missingIn(anatomy);
  const peepholes = Object.entries(anatomy.peepholes ?? {});
  const { wires, joints } = busTo(geometry, Object.keys(anatomy.blocks));
  const there = Object.entries(valves).filter(([gate]) => !missing.has(gate));
  const shown = Object.entries(chips).filter(([quantity]) => !missing.has(quantity));
  const squashed = { ...squashOf(anatomy), ...geometry.symbols };
  return {
    ...geometry,
    ...lstmBelts(geometry),
    ...chipsAt("lstm", shown, squashed),
    wires: [...wires, ...lstmControls(anatomy, geometry)],
    joints,
    memory: "C",
    blocks: blocksOf(anatomy, geometry),
    peepholes: peepholes.map(([gate, weights]) => ({ gate, weights, ...geometry.peepholes[gate] })),
    operators: [...there.map(([gate, at]) => valve(gate, at)), { q: "c", text: "+", at: plus, gate: null }],
    pills: lstmPills(anatomy, geometry),
    keeps: missing.has("f") ? null : { at: geometry.keeps, quantity: "f" },
  };
}

/**
 * The letters of the squashed memory, where it is not by tanh: 2σ(C)−1.
 * @param {Family} anatomy
 * @returns {Record<string, [string, string]>}
 */
const squashOf = ({ squash = "" }) =>
  squash === "tanh" ? {} : { tc: [squash.replace("σ", "σ(C)").replaceAll(" ", ""), ""] };

/**
 * The quantities that a variant of the LSTM lacks.
 * @param {Family} anatomy
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
 * The ways of the gates to their valves.
 * @param {Family} anatomy
 * @param {LstmGeometry} geometry
 * @returns {Wire[]}
 */
function lstmControls({ blocks, coupled }, { gates, valves, block, coupling, control: output }) {
  return present(
    "f" in blocks && control("f", `M${gates.f} ${block.y} V${valves.f[1]}`),
    coupled && control("f", coupling.d),
    "i" in blocks && control("i", `M${gates.i} ${block.y} V${valves.i[1]} H${valves.i[0]}`),
    "o" in blocks && control("o", output.o),
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
    pipes: [
      ...pipes("c", belt.thickness, {
        cp: `M${belt.from} ${belt.y} H${valves.f[0]}`,
        kept: `M${valves.f[0]} ${belt.y} H${plus[0]}`,
        c: `M${plus[0]} ${belt.y} H${belt.to}`,
        g: `M${gates.g} ${block.y} V${valves.i[1]}`,
        written: `M${valves.i[0]} ${valves.i[1]} V${belt.y}`,
      }),
      ...pipes("tc", hidden.thickness, {
        tc: `M${squash[0]} ${belt.y} V${hidden.y}`,
        h: `M${valves.o[0]} ${hidden.y} H${hidden.to}`,
      }),
    ],
  };
}

/**
 * @param {string} full
 * @param {number} thickness
 * @param {Record<string, string>} paths
 * @returns {Pipe[]}
 */
const pipes = (full, thickness, paths) => Object.entries(paths).map(([q, d]) => ({ q, d, full, thickness }));

/**
 * @param {Family} anatomy
 * @param {LstmGeometry} geometry
 * @returns {Pill[]}
 */
function lstmPills({ squash, coupled }, geometry) {
  return present(squash && pill("tc", geometry.squash, squash), coupled && pill("f", geometry.coupling.at, "1 − i"));
}

/**
 * @param {Family} anatomy
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
    wires: [
      ...bus.wires,
      ...[geometry.inlet, geometry.reset].map(plainWire),
      control("r", `M${gates.r} ${block.y} V${valves.r[1] + radius}`),
      control("u", `M${gates.u} ${block.y} V${valves.u[1]}`),
      control("u", rest.d),
    ],
    joints: bus.joints,
    peepholes: [],
    troughs: [
      [`M${belt.from} ${belt.y} H${belt.to}`, belt.thickness],
      [`M${gates.n} ${block.y} V${belt.y}`, belt.thickness * SIDE],
    ],
    pipes: pipes("c", belt.thickness, {
      hp: `M${belt.from} ${belt.y} H${valves.u[0]}`,
      kept: `M${valves.u[0]} ${belt.y} H${plus[0]}`,
      h: `M${plus[0]} ${belt.y} H${belt.to}`,
      n: `M${gates.n} ${block.y} V${valves.v[1]}`,
      written: `M${valves.v[0]} ${valves.v[1]} V${belt.y}`,
    }),
    operators: [
      ...Object.entries(valves).map(([gate, at]) => valve(gate, at)),
      { q: "h", text: "+", at: plus, gate: null },
    ],
    pills: [pill("v", rest.at, "1 − z"), pill(after ? "nh" : "reset", product[after ? "after" : "before"], "U")],
    ...chipsAt("gru", Object.entries(chips), {
      kept: ["z·h", "t−1"],
      u: ["z", ""],
      written: ["(1−z)·n", ""],
      reset: after ? ["r·Uh", ""] : ["r·h", ""],
    }),
    keeps: { at: geometry.keeps, quantity: "u" },
    free: null,
  };
}

/**
 * @param {Family} anatomy
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
    troughs: [[path, belt.thickness]],
    pipes: pipes("c", belt.thickness, { h: path }),
    operators: [],
    pills: [],
    peepholes: [],
    ...chipsAt("rnn", Object.entries(geometry.chips), {}),
    keeps: null,
    free: null,
  };
}

// The plan of a diagram: what is drawn of which cell, from its anatomy and the geometry of the page. diagram.js draws
// any plan; a part that a variant lacks is simply not in it.

import { GRU, LSTM, RNN } from "./geometry.js";

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

/** The plan of the cell of this record on a wide page or a phone. */
export function planOf({ anatomy }, narrow) {
  const size = narrow ? "narrow" : "wide";
  return { lstm: lstmPlan, gru: gruPlan, rnn: rnnPlan }[anatomy.kind](
    anatomy,
    { lstm: LSTM, gru: GRU, rnn: RNN }[anatomy.kind][size],
  );
}

function blocksOf(anatomy, geometry) {
  return Object.entries(anatomy.blocks).map(([gate, kind]) => ({
    gate,
    kind,
    x: geometry.gates[gate],
    name: NAMES[gate][geometry.names.short ? 1 : 0],
  }));
}

/** The line that carries h and x below all blocks, and the ways up from it. */
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

function lstmPlan(anatomy, geometry) {
  const { belt, hidden, block, gates, valves, plus, squash, chips } = geometry;
  const has = (gate) => gate in anatomy.blocks;
  const forgets = has("f") || anatomy.coupled;
  const missing = [
    !forgets && ["f", "kept"],
    !has("i") && ["i", "written"],
    !has("o") && ["o"],
    !anatomy.squash && ["tc"],
  ].flat();
  return {
    ...geometry,
    ...busTo(geometry, Object.keys(anatomy.blocks)),
    memory: "C",
    blocks: blocksOf(anatomy, geometry),
    controls: [
      has("f") && ["f", `M${gates.f} ${block.y} V${valves.f[1]}`],
      anatomy.coupled && ["f", geometry.coupling.d],
      has("i") && ["i", `M${gates.i} ${block.y} V${valves.i[1]} H${valves.i[0]}`],
      has("o") && ["o", geometry.control.o],
    ].filter(Boolean),
    peepholes: Object.entries(anatomy.peepholes).map(([gate, weights]) => ({
      gate,
      weights,
      ...geometry.peepholes[gate],
    })),
    troughs: [
      [`M${belt.from} ${belt.y} H${belt.to}`, belt.thickness],
      [`M${gates.g} ${block.y} V${belt.y}`, belt.thickness * 0.8],
      [`M${squash[0]} ${belt.y} V${hidden.y} H${hidden.to}`, hidden.thickness],
    ],
    pipes: {
      cp: [`M${belt.from} ${belt.y} H${valves.f[0]}`],
      kept: [`M${valves.f[0]} ${belt.y} H${plus[0]}`],
      c: [`M${plus[0]} ${belt.y} H${belt.to}`],
      g: [`M${gates.g} ${block.y} V${valves.i[1]}`],
      written: [`M${valves.i[0]} ${valves.i[1]} V${belt.y}`],
      tc: [`M${squash[0]} ${belt.y} V${hidden.y}`, "thin"],
      h: [`M${valves.o[0]} ${hidden.y} H${hidden.to}`, "thin"],
    },
    valves: Object.entries(valves).filter(([gate]) => !missing.includes(gate)),
    pills: [
      anatomy.squash && { quantity: "tc", at: squash, text: anatomy.squash },
      anatomy.coupled && { quantity: "f", at: geometry.coupling.at, text: "1 − i" },
    ].filter(Boolean),
    sum: "c",
    chips: Object.entries(chips).filter(([quantity]) => !missing.includes(quantity)),
    symbols: { ...(anatomy.squash === "tanh" ? {} : { tc: ["2σ(C)−1", ""] }), ...geometry.symbols },
    keeps: forgets ? { at: geometry.keeps, quantity: "f" } : null,
  };
}

function gruPlan(anatomy, geometry) {
  const { belt, block, gates, valves, plus, rest, chips, product, radius } = geometry;
  const bus = busTo(geometry, ["r", "u"]);
  const after = anatomy.reset_after;
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
      [`M${gates.n} ${block.y} V${belt.y}`, belt.thickness * 0.8],
    ],
    pipes: {
      hp: [`M${belt.from} ${belt.y} H${valves.u[0]}`],
      kept: [`M${valves.u[0]} ${belt.y} H${plus[0]}`],
      h: [`M${plus[0]} ${belt.y} H${belt.to}`],
      n: [`M${gates.n} ${block.y} V${valves.v[1]}`],
      written: [`M${valves.v[0]} ${valves.v[1]} V${belt.y}`],
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
  };
}

function rnnPlan(anatomy, geometry) {
  const { belt, block, bend } = geometry;
  const way = `M${bend[0]} ${block.y} V${belt.y} H${belt.to}`;
  return {
    ...geometry,
    ...busTo(geometry, ["h"]),
    memory: "h",
    blocks: blocksOf(anatomy, geometry),
    controls: [],
    peepholes: [],
    troughs: [[way, belt.thickness]],
    pipes: { h: [way] },
    valves: [],
    pills: [],
    sum: null,
    chips: Object.entries(geometry.chips),
    symbols: {},
    keeps: null,
  };
}

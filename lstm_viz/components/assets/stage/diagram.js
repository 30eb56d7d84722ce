// The cell, drawn: the memory is a belt whose thickness is its size. At a valve it narrows to what is kept, at the
// plus it takes in what is written. Every wire carries its number, and each block shows its own curve with the present
// z on it, so that saturation is seen and not explained. What there is to draw comes from plan.js.

import { prefersReducedMotion, setAttributes, setText, svg } from "../shared/dom.js";
import { number, percent, weight } from "../shared/format.js";
import { planOf } from "./plan.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./plan.js").Block} Block */
/** @typedef {import("./plan.js").Pill} Pill */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./record.js").Gradient} Gradient */
/** @typedef {import("./record.js").StageRecord} StageRecord */
/** @typedef {import("./stage.js").Stage} Stage */

/** @typedef {{filling: SVGElement, motes: SVGElement, thin: boolean}} DrawnPipe */
/** @typedef {{box: SVGElement, value: SVGElement, x: number, letters: number}} Chip */
/** @typedef {{level: SVGElement, lock: SVGElement, y: number}} Valve */

/**
 * The parts of a block that follow z.
 * @typedef {object} DrawnBlock
 * @property {(z: number) => Point} at Where z is on the curve.
 * @property {number} zero The height of 0.
 * @property {SVGElement} root
 * @property {SVGElement} dot
 * @property {SVGElement} drop
 * @property {SVGElement} label
 */

const Z_SHOWN = 6; // the curves span z from −6 to 6; beyond, the dot rests at the edge
const POINTS = 49; // of a curve
const FLOW = 900; // milliseconds that the wires move after a step
const FULL = 0.94; // of the width of a trough, what a full filling takes
const THINNEST = 1.5; // the width of what is not zero

/** @param {number} z */
const sigmoid = (z) => Math.tanh(z / 2) / 2 + 0.5;

/** @type {Record<string, {of: (z: number) => number, low: number, high: number}>} */
const CURVES = {
  σ: { of: sigmoid, low: 0, high: 1 },
  tanh: { of: Math.tanh, low: -1, high: 1 },
  linear: { of: (z) => z, low: -Z_SHOWN, high: Z_SHOWN },
  "4σ − 2": { of: (z) => 4 * sigmoid(z) - 2, low: -2, high: 2 },
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
const HIDDEN_BACKWARD = ["kept", "written", "tc"];

/** @type {Record<string, Record<string, string>>} Whose colour a chip wears, where it is not its own. */
const TINTS = {
  lstm: { cp: "c", kept: "c", written: "c", tc: "c", hp: "h" },
  gru: { kept: "h", written: "h", hp: "h", reset: "h" },
  rnn: { hp: "h" },
};

/**
 * @param {number} value
 * @param {number} limit
 */
const clip = (value, limit) => Math.max(-limit, Math.min(limit, value));

/**
 * How thick the filling of a trough is: what is not zero stays visible, and a candidate larger than the whole memory
 * fills its trough and no more.
 * @param {number} value
 * @param {number} full The magnitude that fills the trough.
 * @param {number} thickness Of the trough.
 */
export function fillingWidth(value, full, thickness) {
  if (value === 0) return 0;
  return Math.max(THINNEST, Math.min(1, Math.abs(value) / (full || 1)) * thickness * FULL);
}

export class Diagram {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.root = svg("svg", { class: "diagram", role: "img" });
    this.kind = "lstm";
    /** @type {Plan | undefined} */
    this.plan = undefined;
    /** @type {Record<string, DrawnPipe>} */
    this.pipes = {};
    /** @type {Record<string, DrawnBlock>} */
    this.blocks = {};
    /** @type {Record<string, Valve>} */
    this.valves = {};
    /** @type {Record<string, Chip>} */
    this.chips = {};
    /** @type {Record<string, SVGElement>} The weight of each peephole, by its gate. */
    this.peepholes = {};
    this.freed = svg("path", { class: "freed" });
    this.keeps = svg("text");
    this.full = svg("text");
    this.free = svg("text");
  }

  /** @param {StageRecord} record */
  shape({ anatomy }) {
    const { kind, blocks, coupled, peepholes, squash, reset_after } = anatomy;
    const drawn = [kind, Object.entries(blocks), coupled, Object.keys(peepholes ?? {}), squash, reset_after];
    return [this.stage.layout, this.stage.backward, ...drawn];
  }

  /** @param {StageRecord} record */
  build({ anatomy }) {
    const plan = planOf(anatomy, this.stage.layout === "narrow");
    this.plan = plan;
    this.kind = anatomy.kind;
    this.pipes = {};
    this.blocks = {};
    this.valves = {};
    this.chips = {};
    this.peepholes = {};
    setAttributes(this.root, { viewBox: `0 0 ${plan.width} ${plan.height}` });
    this.root.replaceChildren(
      svg("rect", { class: "cellbox", rx: 26, ...plan.cell }),
      ...drawWires(plan),
      ...this.drawPipes(plan),
      ...this.drawPeepholes(plan),
      ...plan.blocks.map((block) => this.drawBlock(plan, block)),
      ...plan.valves.map(([quantity, at]) => this.drawValve(plan, quantity, at)),
      ...drawSum(plan),
      ...plan.pills.map(drawPill),
      ...this.drawChips(plan),
      ...this.drawTexts(plan),
    );
  }

  /**
   * What carries the memory: trough, filling as thick as the value, and the motes that show it move.
   * @param {Plan} plan
   */
  drawPipes({ troughs, pipes }) {
    const fillings = Object.entries(pipes).flatMap(([quantity, { d, thin = false }]) => {
      const filling = svg("path", { class: "filling", d, "data-q": quantity });
      const motes = svg("path", { class: "motes", d });
      this.pipes[quantity] = { filling, motes, thin };
      return [filling, motes];
    });
    this.freed = svg("path", { class: "freed" });
    const empty = troughs.map(([d, width]) => svg("path", { class: "trough", d, "stroke-width": width }));
    return [...empty, ...fillings, this.freed];
  }

  /**
   * The gates that see the memory itself, each with its weight.
   * @param {Plan} plan
   */
  drawPeepholes({ peepholes, chip }) {
    return peepholes.map(({ gate, d, label: [x, y, anchor] }) => {
      const text = svg("text", { x, y, "text-anchor": anchor, "font-size": chip.size - 1.5 });
      this.peepholes[gate] = text;
      const seen = gate === "o" ? "c" : "cp";
      return svg("g", { class: `peephole ${gate}`, "data-q": seen }, svg("path", { d }), text);
    });
  }

  /**
   * @param {Plan} plan
   * @param {Block} planned
   */
  drawBlock({ block, names }, { gate, kind, x, name }) {
    const left = x - block.width / 2;
    const inner = { x: left + 10, y: block.y + 12, width: block.width - 20, height: block.height - 24 };
    const { at, zero } = curveIn(inner, kind);
    const points = Array.from({ length: POINTS }, (_, k) => at(-Z_SHOWN + (2 * Z_SHOWN * k) / (POINTS - 1)));
    const dot = svg("circle", { class: "dot", r: 5.5 });
    const drop = svg("path", { class: "drop" });
    const label = svg("text", { class: "z", x: x + 8, y: names.y, "font-size": names.size });
    const title = { class: "name", x: x - 8, y: names.y + names.drop, "font-size": names.size, "text-anchor": "end" };
    const root = svg(
      "g",
      { class: `block ${gate}`, "data-q": gate },
      svg("rect", { class: "card", x: left, y: block.y, width: block.width, height: block.height, rx: 11 }),
      svg("path", { class: "axis", d: `M${inner.x} ${zero} h${inner.width}` }),
      svg("polyline", {
        class: "curve",
        points: points.map((point) => point.map((p) => p.toFixed(1)).join()).join(" "),
      }),
      drop,
      dot,
      svg("text", { class: "kind", x: left + 9, y: block.y + 17, "font-size": 12.5 }, kind),
      svg("text", title, name),
      label,
    );
    this.blocks[gate] = { at, zero, root, dot, drop, label };
    return root;
  }

  /**
   * @param {Plan} plan
   * @param {string} quantity
   * @param {Point} at
   */
  drawValve({ radius }, quantity, [x, y]) {
    const id = `valve-${quantity}`;
    const level = svg("rect", { class: "level", x: x - radius, width: 2 * radius, "clip-path": `url(#${id})` });
    const d = `M${x + radius - 2} ${y - radius - 4} v-4 a4 4 0 018 0 v4 m-10 0 h12 v9 h-12z`;
    const lock = svg("path", { class: "lock", d });
    this.valves[quantity] = { level, lock, y };
    return svg(
      "g",
      { class: `valve ${quantity}`, "data-q": quantity },
      svg("clipPath", { id }, svg("circle", { cx: x, cy: y, r: radius })),
      svg("circle", { class: "well", cx: x, cy: y, r: radius }),
      level,
      svg("circle", { class: "rim", cx: x, cy: y, r: radius }),
      svg("path", { class: "operator", d: `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10` }),
      lock,
    );
  }

  /** @param {Plan} plan */
  drawChips(plan) {
    const { backward } = this.stage;
    const shown = plan.chips.filter(([quantity]) => !backward || !HIDDEN_BACKWARD.includes(quantity));
    return shown.map(([quantity, at]) => this.drawChip(plan, quantity, at));
  }

  /**
   * @param {Plan} plan
   * @param {string} quantity
   * @param {Point} at
   */
  drawChip({ chip, symbols }, quantity, [x, y]) {
    const box = svg("rect", { height: chip.height, rx: chip.height / 2, y: y - chip.height / 2 });
    const [letter, below] = (this.stage.backward && BACKWARD[quantity]) || (symbols[quantity] ?? SYMBOLS[quantity]);
    const symbol = svg("tspan", { class: "symbol" }, letter);
    const index = svg("tspan", { class: "symbol", dy: 3, "font-size": "0.75em" }, below);
    const value = svg("tspan", { class: "value", dx: letter ? 6 : 0, dy: below ? -3 : 0 });
    const attributes = { x, y: y + 4.5, "text-anchor": "middle", "font-size": chip.size };
    const text = svg("text", attributes, symbol, ...(below ? [index] : []), value);
    // A combining tilde takes no room of its own.
    this.chips[quantity] = { box, value, x, letters: (letter + below).replace("\u0303", "").length };
    return svg("g", { class: `chip tint-${TINTS[this.kind][quantity] ?? quantity}`, "data-q": quantity }, box, text);
  }

  /**
   * What is kept, what fills the belt, and what C would be with every gate free.
   * @param {Plan} plan
   */
  drawTexts({ chip, keeps, full, free }) {
    /** @type {(name: string, at: Point, anchor: string, size: number) => SVGTextElement} */
    const text = (name, [x, y], anchor, size) =>
      svg("text", { class: name, x, y, "text-anchor": anchor, "font-size": size });
    if (keeps) this.keeps = text("keeps", [keeps.at[0], keeps.at[1] + 4], "middle", chip.size);
    this.full = text("full", full, "middle", 11.5);
    if (free) this.free = text("free", free, "end", 12);
    return [...(keeps ? [this.keeps] : []), this.full, ...(free ? [this.free] : [])];
  }

  /**
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  show(record, step, unit) {
    const { plan } = this;
    if (!plan) return;
    const backward = this.stage.backward ? record.gradient : null;
    /** @type {Record<string, any>} The gradient takes the place of the states. */
    const series = { ...record.q, ...backward };
    /** @type {(quantity: string) => number} */
    const at = (quantity) => series[quantity][unit][step];
    this.root.classList.toggle("backward", !!backward);
    if (backward) this.showGradient(plan, at, backward.scale);
    else this.showMemory(plan, at, record.scale);
    if (plan.free) this.showFreed(plan, record, step, unit);
    for (const { gate } of plan.blocks) this.showBlock(gate, at(`z${gate}`), record.clamp[gate] != null);
    for (const [quantity] of plan.valves) this.showValve(plan, quantity, at(quantity), record.clamp[quantity] != null);
    for (const quantity of Object.keys(this.chips)) {
      const text = quantity === "x" ? record.x.map((line) => number(line[step])).join(", ") : number(at(quantity));
      this.showChip(plan, quantity, text);
    }
    for (const [gate, text] of Object.entries(this.peepholes)) {
      setText(text, `p ${weight(record.anatomy.peepholes?.[gate]?.[unit] ?? 0)}`);
    }
    if (plan.keeps) setText(this.keeps, `${backward ? "passes" : "keeps"} ${percent(at(plan.keeps.quantity))}`);
    const [what, size] = backward ? ["∂L", backward.scale] : [plan.memory, record.scale.c];
    setText(this.full, `belt at full width: |${what}| = ${number(size)}`);
    this.root.setAttribute("aria-label", this.stage.equations.sentence());
  }

  /**
   * @param {Plan} plan
   * @param {(quantity: string) => number} at
   * @param {Record<string, number>} scale
   */
  showMemory(plan, at, scale) {
    for (const [quantity, { thin }] of Object.entries(this.pipes)) {
      this.fill(plan, quantity, at(quantity), thin ? scale.tc : scale.c);
    }
  }

  /**
   * The gradient comes in from the right. What reaches the forget valve is ∂L/∂C_t; the thin ways are left out.
   * @param {Plan} plan
   * @param {(quantity: string) => number} at
   * @param {number} scale
   */
  showGradient(plan, at, scale) {
    for (const quantity of Object.keys(this.pipes)) {
      const value = quantity in BACKWARD ? at(quantity) : quantity === "kept" ? at("c") : 0;
      this.fill(plan, quantity, value, scale);
    }
  }

  /**
   * @param {Plan} plan
   * @param {string} quantity
   * @param {number} value
   * @param {number} full
   */
  fill({ hidden, belt }, quantity, value, full) {
    const { filling, motes, thin } = this.pipes[quantity];
    const width = fillingWidth(value, full, (thin ? hidden : belt).thickness);
    filling.style.strokeWidth = `${width}px`;
    filling.classList.toggle("negative", value < 0);
    motes.style.strokeWidth = `${Math.max(0, width - 4)}px`;
  }

  /**
   * The memory as it would be with every gate free, as two dashed edges.
   * @param {Plan} plan
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  showFreed({ belt, plus }, { ghost, scale }, step, unit) {
    const shown = this.stage.backward ? null : ghost;
    const free = shown ? shown.c[unit][step] : 0;
    setText(this.free, shown ? `gates free: ${number(free)}` : "");
    const half = (Math.min(1, Math.abs(free) / (scale.c || 1)) * belt.thickness * FULL) / 2;
    /** @param {number} y */
    const edge = (y) => `M${plus?.[0]} ${y} H${belt.to}`;
    setAttributes(this.freed, { d: shown ? `${edge(belt.y - half)} ${edge(belt.y + half)}` : "" });
  }

  /**
   * @param {string} gate
   * @param {number} z
   * @param {boolean} held
   */
  showBlock(gate, z, held) {
    const { at, zero, root, dot, drop, label } = this.blocks[gate];
    const [cx, cy] = at(clip(z, Z_SHOWN));
    setAttributes(dot, { cx: cx.toFixed(1), cy: cy.toFixed(1) });
    setAttributes(drop, { d: `M${cx.toFixed(1)} ${zero} V${cy.toFixed(1)}` });
    // In a GRU z is the update gate.
    setText(label, `${this.kind === "lstm" ? "z" : "sum"} ${number(z)}`);
    root.classList.toggle("held", held);
  }

  /**
   * @param {Plan} plan
   * @param {string} quantity
   * @param {number} value
   * @param {boolean} held
   */
  showValve({ radius }, quantity, value, held) {
    const { level, lock, y } = this.valves[quantity];
    const height = 2 * radius * value;
    setAttributes(level, { y: y + radius - height, height });
    lock.classList.toggle("on", held);
  }

  /**
   * @param {Plan} plan
   * @param {string} quantity
   * @param {string} text
   */
  showChip({ chip }, quantity, text) {
    const { box, value, x, letters } = this.chips[quantity];
    if (value.textContent === text) return;
    value.textContent = text;
    const width = (letters + text.length + 1.8) * chip.perCharacter;
    setAttributes(box, { x: x - width / 2, width });
  }

  /** Lets the wires move for a moment: a step has been taken. */
  flow() {
    if (prefersReducedMotion()) return;
    const { direction } = this.stage;
    for (const { motes } of Object.values(this.pipes)) {
      for (const animation of motes.getAnimations()) animation.cancel();
      motes.animate(
        [
          { strokeDashoffset: 0, opacity: 0.9 },
          { strokeDashoffset: -66 * direction, opacity: 0.9, offset: 0.75 },
          { strokeDashoffset: -88 * direction, opacity: 0 },
        ],
        { duration: FLOW },
      );
    }
  }
}

/**
 * Where a function lies in a box.
 * @param {{x: number, y: number, width: number, height: number}} box
 * @param {string} kind
 * @returns {{at: (z: number) => Point, zero: number}} The point of a z, and the height of 0.
 */
export function curveIn(box, kind) {
  const { of, low, high } = CURVES[kind];
  /** @param {number} value */
  const height = (value) => box.y + (1 - (value - low) / (high - low)) * box.height;
  return {
    at: (z) => [box.x + ((z + Z_SHOWN) / (2 * Z_SHOWN)) * box.width, height(of(z))],
    zero: height(0),
  };
}

/**
 * What carries the small signals: h and x into the blocks, and the gates up to their valves.
 * @param {Plan} plan
 */
function drawWires({ wires, joints, controls }) {
  return [
    ...wires.map((d) => svg("path", { class: "wire", d })),
    ...joints.map(([cx, cy]) => svg("circle", { class: "joint", cx, cy, r: 3 })),
    ...controls.map(([gate, d]) => svg("path", { class: `control ${gate}`, "data-q": gate, d })),
  ];
}

/**
 * The plus at which the memory takes in what is written.
 * @param {Plan} plan
 */
function drawSum({ plus, sum, radius }) {
  if (!plus || !sum) return [];
  const [cx, cy] = plus;
  const circle = svg("circle", { cx, cy, r: radius });
  const operator = svg("path", { class: "operator", d: `M${cx - 6} ${cy} h12 m-6 -6 v12` });
  return [svg("g", { class: "node", "data-q": sum }, circle, operator)];
}

/** @param {Pill} pill */
function drawPill({ quantity, at: [x, y], text }) {
  const width = text.length > 3 ? 48 : 30;
  const box = svg("rect", { x: x - width / 2, y: y - 11, width, height: 22, rx: 11 });
  const label = svg("text", { x, y: y + 4, "text-anchor": "middle", "font-size": 12.5 }, text);
  return svg("g", { class: "node", "data-q": quantity }, box, label);
}

// The cell, drawn: the memory is a belt whose thickness is its size. At a valve it narrows to what is kept, at the
// plus it takes in what is written. Every wire carries its number, and each block shows its own curve with the present
// z on it, so that saturation is seen and not explained. What there is to draw comes from plan.js.

import { prefersReducedMotion, setAttributes, setText, svg } from "../shared/dom.js";
import { number, percent, weight } from "../shared/format.js";
import { shownText } from "./equations.js";
import { nearlyOpen } from "./guided.js";
import { planOf } from "./plan.js";

/** @typedef {import("./geometry.js").Point} Point */
/** @typedef {import("./plan.js").Block} Block */
/** @typedef {import("./plan.js").Chip} Chip */
/** @typedef {import("./plan.js").Operator} Operator */
/** @typedef {import("./plan.js").Pill} Pill */
/** @typedef {import("./plan.js").Pipe} Pipe */
/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("./record.js").Gradient} Gradient */
/** @typedef {import("./record.js").StageRecord} StageRecord */
/** @typedef {import("./stage.js").Stage} Stage */

/** @typedef {{pipe: Pipe, filling: SVGElement, motes: SVGElement}} DrawnPipe */
/** @typedef {{q: string, box: SVGElement, text: SVGElement, value: SVGElement, x: number, letters: number}} DrawnChip */
/** @typedef {{gate: string, level: SVGElement, lock: SVGElement, y: number}} Valve */

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
  "2σ − 1": { of: (z) => Math.tanh(z / 2), low: -1, high: 1 },
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
    /** @type {Plan | undefined} */
    this.plan = undefined;
    this.zIsFree = true;
    /** @type {Set<string>} The chips that show a gradient. */
    this.slopes = new Set();
    /** @type {DrawnPipe[]} */
    this.pipes = [];
    /** @type {Record<string, DrawnBlock>} */
    this.blocks = {};
    /** @type {Valve[]} */
    this.valves = [];
    /** @type {DrawnChip[]} */
    this.chips = [];
    /** @type {Record<string, SVGElement>} The weight of each peephole, by its gate. */
    this.peepholes = {};
    this.freed = svg("path", { class: "freed" });
    this.keeps = svg("text");
    this.full = svg("text");
    this.free = svg("text");
  }

  /** @param {StageRecord} record */
  shape({ anatomy }) {
    const { layout, backward } = this.stage;
    if (anatomy.kind === "graph") return [layout, backward, anatomy.text];
    const { kind, blocks, coupled, peepholes, squash, reset_after, keys = {} } = anatomy;
    const drawn = [kind, Object.entries(blocks), coupled, Object.keys(peepholes ?? {}), squash, reset_after];
    return [layout, backward, ...drawn, Object.entries(keys)];
  }

  /** @param {StageRecord} record */
  build({ anatomy, gradient, q }) {
    const plan = planOf(anatomy, this.stage.layout === "narrow");
    this.plan = plan;
    this.zIsFree = plan.memory === "C" || (anatomy.kind === "graph" && !("z" in q));
    this.slopes = new Set(this.stage.backward && gradient ? Object.keys(gradient.of) : []);
    this.pipes = [];
    this.blocks = {};
    this.valves = [];
    this.chips = [];
    this.peepholes = {};
    setAttributes(this.root, { viewBox: `0 0 ${plan.width} ${plan.height}` });
    this.root.replaceChildren(
      svg("rect", { class: "cellbox", rx: 26, ...plan.cell }),
      ...drawWires(plan),
      ...this.drawPipes(plan),
      ...this.drawPeepholes(plan),
      ...plan.blocks.map((block) => this.drawBlock(plan, block)),
      ...plan.operators.map((operator, k) => this.drawOperator(plan, operator, k)),
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
    const fillings = pipes.flatMap((pipe) => {
      const filling = svg("path", { class: "filling", d: pipe.d, "data-q": pipe.q });
      const motes = svg("path", { class: "motes", d: pipe.d });
      this.pipes.push({ pipe, filling, motes });
      return [filling, motes];
    });
    this.freed = svg("path", { class: "freed" });
    const lying = troughs.length ? troughs : pipes.map(({ d, thickness }) => /** @type {const} */ ([d, thickness]));
    const empty = lying.map(([d, width]) => svg("path", { class: "trough", d, "stroke-width": width }));
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
  drawBlock({ block, names }, { gate, kind, x, name, shift = 0, curve }) {
    const left = x - block.width / 2;
    const inner = { x: left + 10, y: block.y + 12, width: block.width - 20, height: block.height - 24 };
    const { at, zero } = curveIn(inner, kind, curve);
    const points = Array.from({ length: POINTS }, (_, k) => at(-Z_SHOWN + (2 * Z_SHOWN * k) / (POINTS - 1)));
    const dot = svg("circle", { class: "dot", r: 5.5 });
    const drop = svg("path", { class: "drop" });
    const label = svg("text", { class: "z", x: x + 8 + shift, y: names.y, "font-size": names.size });
    const title = {
      class: "name",
      x: x - 8 - shift,
      y: names.y + names.drop,
      "font-size": names.size,
      "text-anchor": "end",
    };
    const root = tinted(
      gate,
      "g",
      { class: `block ${gate}`, "data-q": gate },
      svg("rect", { class: "card", x: left, y: block.y, width: block.width, height: block.height, rx: 11 }),
      svg("path", { class: "axis", d: `M${inner.x} ${zero} h${inner.width}` }),
      ...(curve === null ? [] : [svg("polyline", { class: "curve", points: joined(points) }), drop, dot]),
      drawKind(kind, { left, ...block }),
      svg("text", title, name),
      label,
    );
    this.blocks[gate] = { at, zero, root, dot, drop, label };
    return root;
  }

  /**
   * @param {Plan} plan
   * @param {Operator} operator
   * @param {number} k
   */
  drawOperator({ radius }, { q, text, at: [x, y], gate }, k) {
    const sign = drawSign(text, x, y);
    if (gate == null) return svg("g", { class: "node", "data-q": q }, svg("circle", { cx: x, cy: y, r: radius }), sign);
    const id = `valve-${k}`;
    const level = svg("rect", { class: "level", x: x - radius, width: 2 * radius, "clip-path": `url(#${id})` });
    const d = `M${x + radius - 2} ${y - radius - 4} v-4 a4 4 0 018 0 v4 m-10 0 h12 v9 h-12z`;
    const lock = svg("path", { class: "lock", d });
    this.valves.push({ gate, level, lock, y });
    return tinted(
      gate,
      "g",
      { class: `valve ${gate}`, "data-q": q },
      svg("clipPath", { id }, svg("circle", { cx: x, cy: y, r: radius })),
      svg("circle", { class: "well", cx: x, cy: y, r: radius }),
      level,
      svg("circle", { class: "rim", cx: x, cy: y, r: radius }),
      sign,
      lock,
    );
  }

  /** @param {Plan} plan */
  drawChips(plan) {
    const shown = plan.chips.filter(({ q }) => !this.stage.backward || !plan.silent.includes(q));
    return shown.map((chip) => this.drawChip(plan, chip));
  }

  /**
   * @param {Plan} plan
   * @param {Chip} planned
   */
  drawChip({ chip, backward, name }, { q, at: [x, y], letter: own, index, tint }) {
    const box = svg("rect", { height: chip.height, rx: chip.height / 2, y: y - chip.height / 2 });
    const [letter, below] = this.slopes.has(q) ? (backward[q] ?? slopeBy(own, index, name)) : [own, index];
    const symbol = svg("tspan", { class: "symbol" }, letter);
    const low = svg("tspan", { class: "symbol", dy: 3, "font-size": "0.75em" }, below);
    const value = svg("tspan", { class: "value", dx: letter ? 6 : 0, dy: below ? -3 : 0 });
    const attributes = { x, y: y + 4.5, "text-anchor": "middle", "font-size": chip.size };
    const text = svg("text", attributes, symbol, ...(below ? [low] : []), value);
    // A combining tilde takes no room of its own.
    this.chips.push({ q, box, text, value, x, letters: (letter + below).replace("\u0303", "").length });
    return tinted(tint, "g", { class: "chip", "data-q": q }, box, text);
  }

  /**
   * What is kept, what fills the belt, and what C would be with every gate free.
   * @param {Plan} plan
   */
  drawTexts({ chip, keeps, full, free }) {
    /** @type {(name: string, at: Point, anchor: string, size: number) => SVGTextElement} */
    const text = (name, [x, y], anchor, size) =>
      svg("text", { class: name, x, y, "text-anchor": anchor, "font-size": size });
    if (keeps) {
      this.keeps = text("keeps", [keeps.at[0], keeps.at[1] + 4], "middle", chip.size);
      this.keeps.style.setProperty("--tint", `var(--q-${keeps.quantity})`);
    }
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
    /** @type {Record<string, number[][]>} The gradient takes the place of the states. */
    const series = { ...record.q, ...backward?.of, x: record.x };
    /** @type {(quantity: string) => number} */
    const at = (quantity) => series[quantity][unit]?.[step] ?? 0;
    this.root.classList.toggle("backward", !!backward);
    for (const drawn of this.pipes) this.fill(drawn, ...this.flowIn(drawn.pipe, record, at));
    if (plan.free) this.showFreed(plan, record, step, unit);
    for (const { gate } of plan.blocks)
      this.showBlock(gate, record.q[`z${gate}`][unit][step], record.clamp[gate] != null);
    for (const valve of this.valves)
      this.showValve(plan, valve, record.q[valve.gate][unit][step], record.clamp[valve.gate] != null);
    for (const chip of this.chips) {
      const text = nearlyOpen(record.lit, chip.q, at(chip.q)) ?? shownText(series[chip.q], record, unit, step);
      this.showChip(plan, chip, text);
    }
    const peepholes = record.anatomy.kind === "graph" ? {} : (record.anatomy.peepholes ?? {});
    for (const [gate, text] of Object.entries(this.peepholes))
      setText(text, `p ${weight(peepholes[gate]?.[unit] ?? 0)}`);
    if (plan.keeps) setText(this.keeps, `${backward ? "passes" : "keeps"} ${percent(at(plan.keeps.quantity))}`);
    setText(this.full, fullWidths(plan, record, backward));
    this.root.setAttribute("aria-label", this.stage.equations.sentence());
  }

  /**
   * What flows in a pipe, and what would fill it. The gradient comes in from the right: what reaches a valve on the belt
   * is that of the new state. Ways without a gradient stay empty.
   * @param {Pipe} pipe
   * @param {StageRecord} record
   * @param {(quantity: string) => number} at
   * @returns {[number, number]}
   */
  flowIn({ q, full }, { gradient, scale }, at) {
    if (!this.stage.backward || !gradient) return [at(q), scale[full]];
    const seen = q in gradient.of ? q : q === "kept" && "c" in gradient.of ? "c" : null;
    return [seen ? at(seen) : 0, gradient.scale];
  }

  /**
   * @param {DrawnPipe} drawn
   * @param {number} value
   * @param {number} full
   */
  fill({ pipe, filling, motes }, value, full) {
    const width = fillingWidth(value, full, pipe.thickness);
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
    if (!belt) return;
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
    // Where z is a line, as in a GRU, what a function is applied to has no letter.
    setText(label, `${this.zIsFree ? "z" : "sum"} ${number(z)}`);
    root.classList.toggle("held", held);
  }

  /**
   * @param {Plan} plan
   * @param {Valve} valve
   * @param {number} value
   * @param {boolean} held
   */
  showValve({ radius }, { level, lock, y }, value, held) {
    const height = 2 * radius * value;
    setAttributes(level, { y: y + radius - height, height });
    lock.classList.toggle("on", held);
  }

  /**
   * @param {Plan} plan
   * @param {DrawnChip} drawn
   * @param {string} text
   */
  showChip({ chip, width, memory }, { box, text: whole, value, x, letters }, text) {
    if (value.textContent === text) return;
    value.textContent = text;
    const half = ((letters + text.length + 1.8) * chip.perCharacter) / 2;
    // Where places are computed, what grows beyond the edge moves in.
    const middle = memory ? x : Math.max(half + 2, Math.min(width - half - 2, x));
    setAttributes(box, { x: middle - half, width: 2 * half });
    setAttributes(whole, { x: middle });
  }

  /** Lets the wires move for a moment: a step has been taken. */
  flow() {
    if (prefersReducedMotion()) return;
    const { direction } = this.stage;
    for (const { motes } of this.pipes) {
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
 * A function of which every so many values are known.
 * @param {import("./plan.js").Curve} curve
 */
const sampled = ({ values }) => {
  const last = values.length - 1;
  /** @param {number} z */
  return (z) => {
    const place = ((z + Z_SHOWN) / (2 * Z_SHOWN)) * last;
    const before = Math.min(Math.floor(place), last - 1);
    return values[before] + (place - before) * (values[before + 1] - values[before]);
  };
};

/**
 * Where a function lies in a box.
 * @param {{x: number, y: number, width: number, height: number}} box
 * @param {string} kind
 * @param {import("./plan.js").Curve | null} [curve] Where it is none of the usual ones; null where z alone decides nothing.
 * @returns {{at: (z: number) => Point, zero: number}} The point of a z, and the height of 0.
 */
export function curveIn(box, kind, curve) {
  const { of, low, high } = curve ? { ...curve, of: sampled(curve) } : (CURVES[kind] ?? CURVES.linear);
  /** @param {number} value */
  const height = (value) => box.y + (1 - (value - low) / (high - low)) * box.height;
  return {
    at: (z) => [box.x + ((z + Z_SHOWN) / (2 * Z_SHOWN)) * box.width, height(of(z))],
    zero: height(0),
  };
}

/**
 * An element in the colour of a quantity.
 * @template {keyof SVGElementTagNameMap} T
 * @param {string | null} quantity
 * @param {T} tag
 * @param {import("../shared/dom.js").Attributes} attributes
 * @param {...Node} children
 */
function tinted(quantity, tag, attributes, ...children) {
  const node = svg(tag, attributes, ...children);
  if (quantity != null) node.style.setProperty("--tint", `var(--q-${quantity})`);
  return node;
}

/**
 * The letter of a gradient on a chip: there is no room for the L on a phone.
 * @param {string} letter
 * @param {string} index
 * @param {"wide" | "narrow"} name
 * @returns {[string, string]}
 */
const slopeBy = (letter, index, name) => [`${name === "wide" ? "∂L/∂" : "∂"}${letter}`, index];

/**
 * Says what fills the belts.
 * @param {Plan} plan
 * @param {StageRecord} record
 * @param {import("./record.js").Gradient | null} backward
 */
function fullWidths({ memory, pipes }, { scale, symbols }, backward) {
  if (backward) return `belt at full width: |∂L| = ${number(backward.scale)}`;
  if (memory) return `belt at full width: |${memory}| = ${number(scale.c)}`;
  const states = [...new Set(pipes.map(({ full }) => full))];
  const sizes = states.map((key) => `|${symbols[key].symbol}| = ${number(scale[key])}`);
  return sizes.length ? `at full width: ${sizes.join(", ")}` : "";
}

/** @param {Point[]} points */
const joined = (points) => points.map((point) => point.map((p) => p.toFixed(1)).join()).join(" ");

/**
 * The function of a block, above its curve; two words in two lines, and below a curve that is high from the start.
 * @param {string} kind
 * @param {{left: number, y: number, width: number, height: number}} block
 */
function drawKind(kind, { left, y, width, height }) {
  const at =
    kind === "log σ" ? { x: left + width - 8, y: y + height - 17, "text-anchor": "end" } : { x: left + 9, y: y + 17 };
  const [first, second] = kind.split(", ");
  const rest = second ? [svg("tspan", { x: at.x, dy: 13 }, second)] : [];
  return svg("text", { class: "kind", "font-size": second ? 11 : 12.5, ...at }, first, ...rest);
}

/**
 * What carries the small signals: h and x into the blocks, and the gates up to their valves.
 * @param {Plan} plan
 */
function drawWires({ wires, joints }) {
  return [
    ...wires.map(({ q, d, tint, dashed }) => {
      const name = `${tint == null ? "wire" : "control"}${dashed ? " dashed" : ""}`;
      return tinted(tint, "path", { class: name, "data-q": q, d });
    }),
    ...joints.map(({ at: [cx, cy], tint }) => tinted(tint, "circle", { class: "joint", cx, cy, r: 3 })),
  ];
}

/**
 * The sign of an operator: drawn where it is a line or two, otherwise written.
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
function drawSign(text, x, y) {
  const d = {
    "×": `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10`,
    "+": `M${x - 6} ${y} h12 m-6 -6 v12`,
    "−": `M${x - 6} ${y} h12`,
  }[text];
  if (d) return svg("path", { class: "operator", d });
  return svg("text", { x, y: y + 4.5, "text-anchor": "middle", "font-size": text.length > 1 ? 11 : 17 }, text);
}

/** @param {Pill} pill */
function drawPill({ q, at: [x, y], text, width }) {
  const box = svg("rect", { x: x - width / 2, y: y - 11, width, height: 22, rx: 11 });
  const label = svg("text", { x, y: y + 4, "text-anchor": "middle", "font-size": 12.5 }, text);
  return svg("g", { class: "node", "data-q": q }, box, label);
}

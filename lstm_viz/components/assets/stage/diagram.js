// The cell, drawn: the memory is a belt whose thickness is its size. At a valve it narrows to what is kept, at the
// plus it takes in what is written. Every wire carries its number, and each block shows its own curve with the present
// z on it, so that saturation is seen and not explained. What there is to draw comes from plan.js.

import { prefersStill, setAttributes, setText, svg } from "../shared/dom.js";
import { number, percent, weight } from "../shared/format.js";
import { planOf } from "./plan.js";

const Z_SHOWN = 6; // the curves span z from −6 to 6; beyond, the dot rests at the edge
const sigmoid = (z) => Math.tanh(z / 2) / 2 + 0.5;
const CURVES = {
  σ: { of: sigmoid, low: 0, high: 1 },
  tanh: { of: Math.tanh, low: -1, high: 1 },
  linear: { of: (z) => z, low: -Z_SHOWN, high: Z_SHOWN },
  "4σ − 2": { of: (z) => 4 * sigmoid(z) - 2, low: -2, high: 2 },
};
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
// On the way back the four states stand for the gradient with respect to them.
const BACKWARD = { cp: ["∂L/∂C", "t−1"], c: ["∂L/∂C", "t"], hp: ["∂L/∂h", "t−1"], h: ["∂L/∂h", "t"] };
const HIDDEN_BACKWARD = ["kept", "written", "tc"];
const TINTS = {
  lstm: { cp: "c", kept: "c", written: "c", tc: "c", hp: "h" },
  gru: { kept: "h", written: "h", hp: "h", reset: "h" },
  rnn: { hp: "h" },
};
const FLOW = 900; // milliseconds that the wires move after a step

const clip = (value, limit) => Math.max(-limit, Math.min(limit, value));

export class Diagram {
  constructor(stage) {
    this.stage = stage;
    this.root = svg("svg", { class: "diagram", role: "img" });
  }

  shape(record) {
    const { kind, blocks, coupled, peepholes, squash, reset_after } = record.anatomy;
    const drawn = [kind, Object.entries(blocks), coupled, Object.keys(peepholes ?? {}), squash, reset_after];
    return [this.stage.layout, this.stage.backward, ...drawn];
  }

  build(record) {
    const plan = planOf(record, this.stage.layout === "narrow");
    this.plan = plan;
    this.kind = record.anatomy.kind;
    this.pipes = {};
    this.chips = {};
    this.blocks = {};
    this.valves = {};
    setAttributes(this.root, { viewBox: `0 0 ${plan.width} ${plan.height}` });
    this.root.replaceChildren(
      svg("rect", { class: "cellbox", rx: 26, ...plan.cell }),
      ...this.drawWires(),
      ...this.drawPipes(),
      ...this.drawPeepholes(),
      ...plan.blocks.map((block) => this.drawBlock(block)),
      ...this.drawValves(),
      ...this.drawChips(),
    );
  }

  // What carries the small signals: h and x into the blocks, and the gates up to their valves.
  drawWires() {
    const { wires, joints, controls } = this.plan;
    return [
      ...wires.map((d) => svg("path", { class: "wire", d })),
      ...joints.map(([cx, cy]) => svg("circle", { class: "joint", cx, cy, r: 3 })),
      ...controls.map(([gate, d]) => svg("path", { class: `control ${gate}`, "data-q": gate, d })),
    ];
  }

  // What carries the memory: trough, filling as thick as the value, and the motes that show it move.
  drawPipes() {
    const { troughs, pipes } = this.plan;
    const drawn = Object.entries(pipes).flatMap(([quantity, [d, thin]]) => {
      const filling = svg("path", { class: "filling", d, "data-q": quantity });
      const motes = svg("path", { class: "motes", d });
      this.pipes[quantity] = { filling, motes, thin };
      return [filling, motes];
    });
    this.freed = svg("path", { class: "freed" });
    return [
      ...troughs.map(([d, width]) => svg("path", { class: "trough", d, "stroke-width": width })),
      ...drawn,
      this.freed,
    ];
  }

  // The gates that see the memory itself, each with its weight.
  drawPeepholes() {
    const { peepholes, chip } = this.plan;
    return peepholes.map(({ gate, weights, d, label: [x, y, anchor] }) => {
      const text = svg("text", { x, y, "text-anchor": anchor, "font-size": chip.size - 1.5 });
      text.weights = weights;
      return svg("g", { class: `peephole ${gate}`, "data-q": gate === "o" ? "c" : "cp" }, svg("path", { d }), text);
    });
  }

  drawBlock({ gate, kind, x, name }) {
    const { block, names } = this.plan;
    const { of, low, high } = CURVES[kind];
    const left = x - block.width / 2;
    const inner = { x: left + 10, y: block.y + 12, width: block.width - 20, height: block.height - 24 };
    const height = (value) => inner.y + (1 - (value - low) / (high - low)) * inner.height;
    const at = (z) => [inner.x + ((z + Z_SHOWN) / (2 * Z_SHOWN)) * inner.width, height(of(z))];
    const points = Array.from({ length: 49 }, (_, k) =>
      at(-Z_SHOWN + k / 4)
        .map((p) => p.toFixed(1))
        .join(),
    );
    const zero = height(0);
    const parts = {
      at,
      zero,
      dot: svg("circle", { class: "dot", r: 5.5 }),
      drop: svg("path", { class: "drop" }),
      z: svg("text", { class: "z", x: x + 8, y: names.y, "font-size": names.size }),
    };
    this.blocks[gate] = parts;
    return svg(
      "g",
      { class: `block ${gate}`, "data-q": gate },
      svg("rect", { class: "card", x: left, y: block.y, width: block.width, height: block.height, rx: 11 }),
      svg("path", { class: "axis", d: `M${inner.x} ${zero} h${inner.width}` }),
      svg("polyline", { class: "curve", points: points.join(" ") }),
      parts.drop,
      parts.dot,
      svg("text", { class: "kind", x: left + 9, y: block.y + 17, "font-size": 12.5 }, kind),
      svg(
        "text",
        { class: "name", x: x - 8, y: names.y + names.drop, "font-size": names.size, "text-anchor": "end" },
        name,
      ),
      parts.z,
    );
  }

  drawValves() {
    const { valves, plus, sum, pills, radius } = this.plan;
    const node = (quantity, ...parts) => svg("g", { class: "node", "data-q": quantity }, ...parts);
    const [px, py] = plus ?? [];
    const pill = ({ quantity, at: [x, y], text }) => {
      const width = text.length > 3 ? 48 : 30;
      return node(
        quantity,
        svg("rect", { x: x - width / 2, y: y - 11, width, height: 22, rx: 11 }),
        svg("text", { x, y: y + 4, "text-anchor": "middle", "font-size": 12.5 }, text),
      );
    };
    return [
      ...valves.map(([quantity, at]) => this.drawValve(quantity, at)),
      ...(sum
        ? [
            node(
              sum,
              svg("circle", { cx: px, cy: py, r: radius }),
              svg("path", { class: "sign", d: `M${px - 6} ${py} h12 m-6 -6 v12` }),
            ),
          ]
        : []),
      ...pills.map(pill),
    ];
  }

  drawValve(quantity, [x, y]) {
    const { radius } = this.plan;
    const id = `valve-${quantity}`;
    const level = svg("rect", { class: "level", x: x - radius, width: 2 * radius, "clip-path": `url(#${id})` });
    const lock = svg("path", {
      class: "lock",
      d: `M${x + radius - 2} ${y - radius - 4} v-4 a4 4 0 018 0 v4 m-10 0 h12 v9 h-12z`,
    });
    this.valves[quantity] = { level, lock, x, y };
    return svg(
      "g",
      { class: `valve ${quantity}`, "data-q": quantity },
      svg("clipPath", { id }, svg("circle", { cx: x, cy: y, r: radius })),
      svg("circle", { class: "well", cx: x, cy: y, r: radius }),
      level,
      svg("circle", { class: "rim", cx: x, cy: y, r: radius }),
      svg("path", { class: "sign", d: `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10` }),
      lock,
    );
  }

  drawChips() {
    const { chips, chip, keeps, full, free } = this.plan;
    const { backward } = this.stage;
    const text = (name, [x, y], anchor, size) =>
      svg("text", { class: name, x, y, "text-anchor": anchor, "font-size": size });
    this.keeps = keeps && text("keeps", [keeps.at[0], keeps.at[1] + 4], "middle", chip.size);
    this.full = text("full", full, "middle", 11.5);
    this.free = free && text("free", free, "end", 12);
    const there = chips.filter(([quantity]) => !backward || !HIDDEN_BACKWARD.includes(quantity));
    return [...there.map(([quantity, at]) => this.drawChip(quantity, at)), this.keeps, this.full, this.free].filter(
      Boolean,
    );
  }

  drawChip(quantity, [x, y]) {
    const { chip, symbols } = this.plan;
    const box = svg("rect", { height: chip.height, rx: chip.height / 2, y: y - chip.height / 2 });
    const [letter, below] = (this.stage.backward && BACKWARD[quantity]) || (symbols[quantity] ?? SYMBOLS[quantity]);
    const symbol = svg("tspan", { class: "symbol" }, letter);
    const index = svg("tspan", { class: "symbol", dy: 3, "font-size": "0.75em" }, below);
    const value = svg("tspan", { class: "value", dx: letter ? 6 : 0, dy: below ? -3 : 0 });
    const text = svg(
      "text",
      { x, y: y + 4.5, "text-anchor": "middle", "font-size": chip.size },
      symbol,
      ...(below ? [index] : []),
      value,
    );
    // A combining tilde takes no room of its own.
    this.chips[quantity] = { box, value, x, letters: (letter + below).replace("\u0303", "").length };
    return svg("g", { class: `chip tint-${TINTS[this.kind][quantity] ?? quantity}`, "data-q": quantity }, box, text);
  }

  show(record, step, unit) {
    const { q, x, scale, ghost, clamp } = record;
    const { backward } = this.stage;
    const shown = backward ? { ...q, ...record.gradient } : q;
    const at = (quantity) => shown[quantity][unit][step];
    this.root.classList.toggle("backward", backward);
    if (backward) this.showGradient(at, record.gradient.scale);
    else
      for (const [quantity, { thin }] of Object.entries(this.pipes))
        this.fill(quantity, at(quantity), thin ? scale.tc : scale.c);
    if (this.free) this.showGhost(backward ? null : ghost, scale, unit, step);
    for (const { gate } of this.plan.blocks) this.showBlock(gate, at(`z${gate}`), clamp[gate] != null);
    for (const quantity of Object.keys(this.valves)) this.showValve(quantity, at(quantity), clamp[quantity] != null);
    for (const quantity of Object.keys(this.chips)) {
      this.showChip(quantity, quantity === "x" ? x.map((line) => number(line[step])).join(", ") : number(at(quantity)));
    }
    for (const text of this.root.querySelectorAll(".peephole text")) setText(text, `p ${weight(text.weights[unit])}`);
    if (this.keeps) setText(this.keeps, `${backward ? "passes" : "keeps"} ${percent(at(this.plan.keeps.quantity))}`);
    const [what, size] = backward ? ["∂L", record.gradient.scale] : [this.plan.memory, scale.c];
    setText(this.full, `belt at full width: |${what}| = ${number(size)}`);
    this.root.setAttribute("aria-label", this.stage.reading.sentence());
  }

  // The gradient comes in from the right. What reaches the forget valve is ∂L/∂C_t; the thin ways are left out.
  showGradient(at, scale) {
    for (const quantity of Object.keys(this.pipes)) {
      this.fill(quantity, quantity in BACKWARD ? at(quantity) : quantity === "kept" ? at("c") : 0, scale);
    }
  }

  fill(quantity, value, full) {
    const { filling, motes, thin } = this.pipes[quantity];
    const { thickness } = this.plan[thin ? "hidden" : "belt"];
    // What is not zero stays visible; a candidate larger than the whole memory fills its trough and no more.
    const width = value === 0 ? 0 : Math.max(1.5, Math.min(1, Math.abs(value) / (full || 1)) * thickness * 0.94);
    filling.style.strokeWidth = `${width}px`;
    filling.classList.toggle("negative", value < 0);
    motes.style.strokeWidth = `${Math.max(0, width - 4)}px`;
  }

  showGhost(ghost, scale, unit, step) {
    const { belt, plus } = this.plan;
    const free = ghost?.c[unit][step];
    setText(this.free, ghost ? `gates free: ${number(free)}` : "");
    const half = ghost ? (Math.min(1, Math.abs(free) / (scale.c || 1)) * belt.thickness * 0.94) / 2 : 0;
    const edge = (y) => `M${plus[0]} ${y} H${belt.to}`;
    setAttributes(this.freed, { d: ghost ? `${edge(belt.y - half)} ${edge(belt.y + half)}` : "" });
  }

  showBlock(gate, z, held) {
    const { at, zero, dot, drop, z: label } = this.blocks[gate];
    const [cx, cy] = at(clip(z, Z_SHOWN));
    setAttributes(dot, { cx: cx.toFixed(1), cy: cy.toFixed(1) });
    setAttributes(drop, { d: `M${cx.toFixed(1)} ${zero} V${cy.toFixed(1)}` });
    // In a GRU z is the update gate.
    setText(label, `${this.kind === "lstm" ? "z" : "sum"} ${number(z)}`);
    dot.parentNode.classList.toggle("held", held);
  }

  showValve(quantity, value, held) {
    const { level, lock, y } = this.valves[quantity];
    const height = 2 * this.plan.radius * value;
    setAttributes(level, { y: y + this.plan.radius - height, height });
    lock.classList.toggle("on", held);
  }

  showChip(quantity, text) {
    const { box, value, x, letters } = this.chips[quantity];
    if (value.textContent === text) return;
    value.textContent = text;
    const width = (letters + text.length + 1.8) * this.plan.chip.perCharacter;
    setAttributes(box, { x: x - width / 2, width });
  }

  /** Lets the wires move for a moment: a step has been taken. */
  flow() {
    if (prefersStill()) return;
    for (const { motes } of Object.values(this.pipes)) {
      motes.getAnimations().forEach((animation) => animation.cancel());
      motes.animate(
        [
          { strokeDashoffset: 0, opacity: 0.9 },
          { strokeDashoffset: -66 * this.stage.direction, opacity: 0.9, offset: 0.75 },
          { strokeDashoffset: -88 * this.stage.direction, opacity: 0 },
        ],
        { duration: FLOW },
      );
    }
  }
}

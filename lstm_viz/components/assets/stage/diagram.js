// The cell, drawn: the memory is a belt whose thickness is |C|. At the forget valve it narrows to what is kept, at
// the plus it takes in what is written. Every wire carries its number, and each block shows its own curve with the
// present z on it, so that saturation is seen and not explained.

import { prefersStill, setAttributes, setText, svg } from "../shared/dom.js";
import { number, percent } from "../shared/format.js";
import { NARROW, WIDE } from "./geometry.js";

const GATES = ["f", "i", "g", "o"];
const NAMES = { f: "forget gate", i: "input gate", g: "candidate", o: "output gate" };
const SHORT = { f: "forget", i: "input", g: "candidate", o: "output" };
const Z_SHOWN = 6; // the curves span z from −6 to 6; beyond, the dot rests at the edge
const SYMBOLS = {
  cp: ["C", "t−1"], kept: ["f·C", "t−1"], c: ["C", "t"], f: ["f", ""], i: ["i", ""], g: ["C̃", ""], written: ["i·C̃", ""],
  o: ["o", ""], tc: ["tanh C", ""], h: ["h", "t"], hp: ["h", "t−1"], x: ["x", "t"],
};
// On the way back the four states stand for the gradient with respect to them.
const BACKWARD = { cp: ["∂L/∂C", "t−1"], c: ["∂L/∂C", "t"], hp: ["∂L/∂h", "t−1"], h: ["∂L/∂h", "t"] };
const HIDDEN_BACKWARD = ["kept", "written", "tc"];
const TINTS = { cp: "c", kept: "c", written: "c", tc: "c", hp: "h" };
const FLOW = 900; // milliseconds that the wires move after a step

const clip = (value, limit) => Math.max(-limit, Math.min(limit, value));
const curve = (gate, z) => (gate === "g" ? Math.tanh(z) : Math.tanh(z / 2) / 2 + 0.5);

export class Diagram {
  constructor(stage) {
    this.stage = stage;
    this.root = svg("svg", { class: "diagram", role: "img" });
  }

  shape() {
    return [this.stage.layout, this.stage.backward];
  }

  build() {
    const geometry = this.stage.layout === "narrow" ? NARROW : WIDE;
    this.geometry = geometry;
    this.pipes = {};
    this.chips = {};
    this.blocks = {};
    this.valves = {};
    this.texts = {};
    setAttributes(this.root, { viewBox: `0 0 ${geometry.width} ${geometry.height}` });
    const { cell } = geometry;
    this.root.replaceChildren(
      svg("rect", { class: "cellbox", rx: 26, ...cell }),
      ...this.drawWires(),
      ...this.drawPipes(),
      ...GATES.map((gate) => this.drawBlock(gate)),
      ...this.drawValves(),
      ...this.drawChips(),
    );
  }

  // What carries the small signals: h and x into the blocks, and the gates up to their valves.
  drawWires() {
    const { gates, valves, block, bus, input } = this.geometry;
    const bottom = block.y + block.height;
    const wire = (d, name = "") => svg("path", { class: `wire ${name}`, d });
    const feeds = GATES.map((gate) => wire(`M${gates[gate]} ${bus.y} V${bottom}`));
    const joints = GATES.map((gate) => svg("circle", { class: "joint", cx: gates[gate], cy: bus.y, r: 3 }));
    const control = (gate, d) => svg("path", { class: `control ${gate}`, "data-q": gate, d });
    return [
      wire(`M${bus.from} ${bus.y} H${gates.o}`),
      wire(`M${input.x} ${input.y - 22} V${bus.y}`),
      svg("circle", { class: "joint", cx: input.x, cy: bus.y, r: 3 }),
      ...feeds,
      ...joints,
      control("f", `M${gates.f} ${block.y} V${valves.f[1]}`),
      control("i", `M${gates.i} ${block.y} V${valves.i[1]} H${valves.i[0]}`),
      control("o", `M${gates.o} ${block.y} V${valves.o[1] + (gates.o > valves.o[0] ? 24 : 0)} ${gates.o > valves.o[0] ? `H${valves.o[0]} V${valves.o[1]}` : `H${valves.o[0]}`}`),
    ];
  }

  // What carries the memory: trough, filling as thick as the value, and the motes that show it move.
  drawPipes() {
    const { belt, valves, hidden, gates, block } = this.geometry;
    const trough = (d, width) => svg("path", { class: "trough", d, "stroke-width": width });
    const pipe = (quantity, d) => {
      const filling = svg("path", { class: "filling", d, "data-q": quantity });
      const motes = svg("path", { class: "motes", d });
      this.pipes[quantity] = { filling, motes };
      return [filling, motes];
    };
    const freed = svg("path", { class: "freed" });
    this.freed = freed;
    return [
      trough(`M${belt.from} ${belt.y} H${belt.to}`, belt.thickness),
      trough(`M${gates.g} ${block.y} V${belt.y}`, belt.thickness * 0.8),
      trough(`M${valves.squash[0]} ${belt.y} V${hidden.y} H${hidden.to}`, hidden.thickness),
      ...pipe("cp", `M${belt.from} ${belt.y} H${valves.f[0]}`),
      ...pipe("kept", `M${valves.f[0]} ${belt.y} H${valves.plus[0]}`),
      ...pipe("c", `M${valves.plus[0]} ${belt.y} H${belt.to}`),
      ...pipe("g", `M${gates.g} ${block.y} V${valves.i[1]}`),
      ...pipe("written", `M${valves.i[0]} ${valves.i[1]} V${belt.y}`),
      ...pipe("tc", `M${valves.squash[0]} ${belt.y} V${hidden.y}`),
      ...pipe("h", `M${valves.o[0]} ${hidden.y} H${hidden.to}`),
      freed,
    ];
  }

  drawBlock(gate) {
    const { gates, block, names } = this.geometry;
    const left = gates[gate] - block.width / 2;
    const inner = { x: left + 10, y: block.y + 12, width: block.width - 20, height: block.height - 24 };
    const at = (z) => {
      const share = gate === "g" ? (curve(gate, z) + 1) / 2 : curve(gate, z);
      return [inner.x + ((z + Z_SHOWN) / (2 * Z_SHOWN)) * inner.width, inner.y + (1 - share) * inner.height];
    };
    const points = Array.from({ length: 49 }, (_, k) => at(-Z_SHOWN + k / 4).map((p) => p.toFixed(1)).join());
    const zero = gate === "g" ? inner.y + inner.height / 2 : inner.y + inner.height;
    const parts = {
      at,
      zero,
      dot: svg("circle", { class: "dot", r: 5.5 }),
      drop: svg("path", { class: "drop" }),
      z: svg("text", { class: "z", x: gates[gate] + 8, y: names.y, "font-size": names.size }),
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
      svg("text", { class: "kind", x: left + 9, y: block.y + 17, "font-size": 12.5 }, gate === "g" ? "tanh" : "σ"),
      svg("text", { class: "name", x: gates[gate] - 8, y: names.y + names.drop, "font-size": names.size, "text-anchor": "end" }, names.short ? SHORT[gate] : NAMES[gate]),
      parts.z,
    );
  }

  drawValves() {
    const { valves } = this.geometry;
    const radius = this.geometry.name === "narrow" ? 14 : 17;
    const valve = (gate, [x, y]) => {
      const id = `valve-${gate}`;
      const level = svg("rect", { class: "level", x: x - radius, width: 2 * radius, "clip-path": `url(#${id})` });
      const lock = svg("path", { class: "lock", d: `M${x + radius - 2} ${y - radius - 4} v-4 a4 4 0 018 0 v4 m-10 0 h12 v9 h-12z` });
      this.valves[gate] = { level, lock, x, y, radius };
      return svg(
        "g",
        { class: `valve ${gate}`, "data-q": gate },
        svg("clipPath", { id }, svg("circle", { cx: x, cy: y, r: radius })),
        svg("circle", { class: "well", cx: x, cy: y, r: radius }),
        level,
        svg("circle", { class: "rim", cx: x, cy: y, r: radius }),
        svg("path", { class: "sign", d: `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10` }),
        lock,
      );
    };
    const [px, py] = valves.plus;
    const [sx, sy] = valves.squash;
    return [
      valve("f", valves.f),
      valve("i", valves.i),
      valve("o", valves.o),
      svg("g", { class: "node", "data-q": "c" }, svg("circle", { cx: px, cy: py, r: radius }), svg("path", { class: "sign", d: `M${px - 6} ${py} h12 m-6 -6 v12` })),
      svg("g", { class: "node", "data-q": "tc" }, svg("rect", { x: sx - 24, y: sy - 11, width: 48, height: 22, rx: 11 }), svg("text", { x: sx, y: sy + 4, "text-anchor": "middle", "font-size": 12.5 }, "tanh")),
    ];
  }

  drawChips() {
    const { chips, chip, symbols, keeps, full, free } = this.geometry;
    const { backward } = this.stage;
    const there = Object.entries(chips).filter(([quantity]) => !backward || !HIDDEN_BACKWARD.includes(quantity));
    const drawn = there.map(([quantity, [x, y]]) => {
      const box = svg("rect", { height: chip.height, rx: chip.height / 2, y: y - chip.height / 2 });
      const [letter, below] = (backward && BACKWARD[quantity]) || (symbols[quantity] ?? SYMBOLS[quantity]);
      const symbol = svg("tspan", { class: "symbol" }, letter);
      const index = svg("tspan", { class: "symbol", dy: 3, "font-size": "0.75em" }, below);
      const value = svg("tspan", { class: "value", dx: letter ? 6 : 0, dy: below ? -3 : 0 });
      const text = svg("text", { x, y: y + 4.5, "text-anchor": "middle", "font-size": chip.size }, symbol, ...(below ? [index] : []), value);
      // A combining tilde takes no room of its own.
      this.chips[quantity] = { box, value, x, letters: (letter + below).replace("\u0303", "").length };
      return svg("g", { class: `chip tint-${TINTS[quantity] ?? quantity}`, "data-q": quantity }, box, text);
    });
    this.keeps = svg("text", { class: "keeps", x: keeps[0], y: keeps[1] + 4, "text-anchor": "middle", "font-size": chip.size });
    this.full = svg("text", { class: "full", x: full[0], y: full[1], "text-anchor": "middle", "font-size": 11.5 });
    this.free = svg("text", { class: "free", x: free[0], y: free[1], "text-anchor": "end", "font-size": 12 });
    return [...drawn, this.keeps, this.full, this.free];
  }

  show(record, step, unit) {
    const { q, x, scale, ghost, clamp } = record;
    const { backward } = this.stage;
    const shown = backward ? { ...q, ...record.gradient } : q;
    const at = (quantity) => shown[quantity][unit][step];
    this.root.classList.toggle("backward", backward);
    if (backward) this.showGradient(at, record.gradient.scale);
    else this.showPipes(at, scale);
    this.showGhost(backward ? null : ghost, scale, unit, step);
    for (const gate of GATES) this.showGate(gate, at(gate), at(`z${gate}`), clamp[gate]);
    for (const quantity of Object.keys(this.chips)) {
      this.showChip(quantity, quantity === "x" ? x.map((line) => number(line[step])).join(", ") : number(at(quantity)));
    }
    setText(this.keeps, `${backward ? "passes" : "keeps"} ${percent(at("f"))}`);
    setText(this.full, `belt at full width: ${backward ? "|∂L|" : "|C|"} = ${number(backward ? record.gradient.scale : scale.c)}`);
    this.root.setAttribute("aria-label", this.stage.reading.sentence());
  }

  showPipes(at, scale) {
    const thin = ["tc", "h"];
    for (const quantity of Object.keys(this.pipes)) this.fill(quantity, at(quantity), thin.includes(quantity) ? scale.tc : scale.c);
  }

  // The gradient comes in from the right. What reaches the forget valve is ∂L/∂C_t; the thin ways are left out.
  showGradient(at, scale) {
    for (const quantity of Object.keys(this.pipes)) {
      this.fill(quantity, quantity in BACKWARD ? at(quantity) : quantity === "kept" ? at("c") : 0, scale);
    }
  }

  fill(quantity, value, full) {
    const { belt, hidden } = this.geometry;
    const { filling, motes } = this.pipes[quantity];
    const thickness = quantity === "tc" || quantity === "h" ? hidden.thickness : belt.thickness;
    // What is not zero stays visible; a candidate larger than the whole memory fills its trough and no more.
    const width = value === 0 ? 0 : Math.max(1.5, Math.min(1, Math.abs(value) / (full || 1)) * thickness * 0.94);
    filling.style.strokeWidth = `${width}px`;
    filling.classList.toggle("negative", value < 0);
    motes.style.strokeWidth = `${Math.max(0, width - 4)}px`;
  }

  showGhost(ghost, scale, unit, step) {
    const { belt } = this.geometry;
    const free = ghost?.c[unit][step];
    setText(this.free, ghost ? `gates free: ${number(free)}` : "");
    const half = ghost ? (Math.min(1, Math.abs(free) / (scale.c || 1)) * belt.thickness * 0.94) / 2 : 0;
    const from = this.geometry.valves.plus[0];
    setAttributes(this.freed, {
      d: ghost ? `M${from} ${belt.y - half} H${belt.to} M${from} ${belt.y + half} H${belt.to}` : "",
    });
  }

  showGate(gate, value, z, held) {
    const { at, zero, dot, drop, z: label } = this.blocks[gate];
    const [cx, cy] = at(clip(z, Z_SHOWN));
    setAttributes(dot, { cx: cx.toFixed(1), cy: cy.toFixed(1) });
    setAttributes(drop, { d: `M${cx.toFixed(1)} ${zero} V${cy.toFixed(1)}` });
    setText(label, `z ${number(z)}`);
    dot.parentNode.classList.toggle("held", held != null);
    const valve = this.valves[gate];
    if (!valve) return;
    const height = 2 * valve.radius * value;
    setAttributes(valve.level, { y: valve.y + valve.radius - height, height });
    valve.lock.classList.toggle("on", held != null);
  }

  showChip(quantity, text) {
    const { box, value, x, letters } = this.chips[quantity];
    if (value.textContent === text) return;
    value.textContent = text;
    const width = (letters + text.length + 1.8) * this.geometry.chip.perCharacter;
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

// The weights of the chosen unit, grouped by gate in its colour: a slider that reports while it is dragged, and a
// number to type. Below them this step's input, the initial states, and for each gate the clamp.

import { Dial, plain } from "../shared/dial.js";
import { html, setText } from "../shared/dom.js";

const GATES = ["f", "i", "g", "o"];
const ORDER = ["i", "f", "g", "o"];
const ROOM = [3, 6, 12, 30, 60, 120, 300, 1000]; // half-widths of a slider; the smallest that holds the weights
const HELD = { f: [0, 1], i: [0, 1], g: [-1, 0, 1], o: [0, 1] };
const HELD_WORDS = { 0: "held shut (0)", 1: "held open (1)" };

export class Dials {
  constructor(stage) {
    this.stage = stage;
    this.room = {};
    this.tabs = html("div", { class: "tabs", role: "group", "aria-label": "Weights shown" });
    this.cards = html("div", { class: "cards" });
    this.root = html(
      "section",
      { class: "dials", "aria-label": "Weights, input and initial states" },
      this.tabs,
      this.cards,
    );
  }

  shape(record) {
    return [record.units, record.names];
  }

  build(record) {
    this.room = {};
    const limits = [-record.limit, record.limit];
    const columns = this.columns(record);
    this.gates = Object.fromEntries(GATES.map((gate) => [gate, this.gateCard(record, gate, columns, limits)]));
    this.inputs = record.names.map((name, column) => {
      const push = (value, done) => {
        const { step } = this.stage;
        this.stage.edits.push(`x${step},${column}`, { kind: "x", step, column, value }, done);
      };
      return new Dial(`${name} at this step`, [name], push, limits);
    });
    this.states = ["c0", "h0"].map((name) => {
      const push = (value, done) => {
        const { unit } = this.stage;
        this.stage.edits.push(`${name}${unit}`, { kind: name, unit, value }, done);
      };
      return new Dial(
        name === "c0" ? "C before the first step" : "h before the first step",
        [name[0] === "c" ? "C" : "h", html("sub", {}, "0")],
        push,
        limits,
      );
    });
    this.loss = this.lossCard();
    this.inputHead = html("h3", {}, "input");
    const input = html(
      "div",
      { class: "card x", "data-card": "x" },
      html("header", {}, this.inputHead),
      ...this.inputs.map((dial) => dial.root),
    );
    const start = html(
      "div",
      { class: "card start", "data-card": "start" },
      html("header", {}, html("h3", {}, "before the first step")),
      ...this.states.map((dial) => dial.root),
    );
    this.cards.replaceChildren(...GATES.map((gate) => this.gates[gate].root), input, start, this.loss.root);
    this.buildTabs(record);
  }

  columns({ names, units }) {
    const state = (k) => (units === 1 ? "h" : `h${k + 1}`);
    return [
      ...names.map((name) => ({ said: `weight on ${name}`, label: ["w", html("sub", {}, name)] })),
      ...Array.from({ length: units }, (_, k) => ({
        said: `weight on ${state(k)}`,
        label: ["w", html("sub", {}, state(k))],
      })),
      { said: "bias", label: ["b"] },
    ];
  }

  gateCard({ signs }, gate, columns, limits) {
    const name = signs[gate].name;
    const dials = columns.map(({ said, label }, column) => {
      const push = (value, done) => {
        const { unit } = this.stage;
        this.stage.edits.push(`${gate}${unit},${column}`, { kind: "weight", gate, unit, column, value }, done);
      };
      return new Dial(
        `${name}, ${said}`,
        label.map((part) => part.cloneNode?.(true) ?? part),
        push,
        limits,
      );
    });
    const hold = html(
      "select",
      {
        class: "hold",
        "aria-label": `Clamp the ${name}`,
        title: "Hold this gate at a value for the whole run",
        onchange: () => this.clamp(gate),
      },
      html("option", { value: "free" }, "free"),
      ...HELD[gate].map((value) =>
        html("option", { value }, gate === "g" ? `held at ${plain(value).replace("-", "−")}` : HELD_WORDS[value]),
      ),
      html("option", { value: "at" }, "held at …"),
    );
    const level = new Dial(
      `Value of the ${name}`,
      ["at"],
      (value, done) => this.hold(gate, value, done),
      gate === "g" ? [-1, 1] : [0, 1],
    );
    level.root.classList.add("level");
    const head = html(
      "header",
      {},
      html("h3", { "data-q": gate }, html("i", {}, signs[gate].symbol), ` ${name}`),
      hold,
    );
    const root = html(
      "div",
      { class: `card ${gate}`, "data-card": gate },
      head,
      level.root,
      ...dials.map((dial) => dial.root),
    );
    return { root, dials, hold, level };
  }

  // The gradient: what number at the end of the run it is of.
  lossCard() {
    const send = (loss, value, done) => this.stage.edits.push("loss", { kind: "loss", loss, value }, done);
    const kinds = { none: "nothing", c: "the last C", h: "the last h", target: "½(h − target)²" };
    const kind = html(
      "select",
      {
        class: "hold",
        "aria-label": "Walk back from",
        title: "The loss L whose gradient is walked back through the run",
      },
      ...Object.entries(kinds).map(([value, label]) => html("option", { value }, label)),
    );
    const target = new Dial("Target of the last h", ["target"], (value, done) => send("target", value, done), [-1, 1]);
    kind.addEventListener("change", () =>
      send(kind.value === "none" ? null : kind.value, kind.value === "target" ? (target.shown ?? 0) : 0, true),
    );
    target.root.classList.add("level");
    const root = html(
      "div",
      { class: "card loss", "data-card": "loss" },
      html("header", {}, html("h3", {}, "walk back from"), kind),
      target.root,
    );
    return { root, kind, target };
  }

  // On a phone one card shows at a time, close to the diagram.
  buildTabs({ signs }) {
    const tab = (card, label, name) =>
      html(
        "button",
        {
          type: "button",
          class: `tab ${card}`,
          "data-tab": card,
          "aria-label": name,
          title: name,
          onclick: () => this.open(card),
        },
        label,
      );
    this.tabs.replaceChildren(
      ...GATES.map((gate) => tab(gate, signs[gate].symbol, signs[gate].name)),
      tab("x", "x", "input of this step"),
      tab("start", "C₀", "before the first step"),
      tab("loss", "∂L", "walk back from a loss"),
    );
    this.open(this.opened ?? "f");
  }

  open(card) {
    this.opened = card;
    for (const node of this.cards.children) node.classList.toggle("open", node.dataset.card === card);
    for (const node of this.tabs.children) node.setAttribute("aria-pressed", node.dataset.tab === card);
  }

  clamp(gate) {
    const { hold, level } = this.gates[gate];
    if (hold.value === "free") return this.hold(gate, null, true);
    return this.hold(gate, hold.value === "at" ? (level.shown ?? 0.5) : Number(hold.value), true);
  }

  hold(gate, value, done) {
    this.gates[gate].wanted = this.gates[gate].hold.value;
    this.stage.edits.push(`clamp${gate}`, { kind: "clamp", gate, value }, done);
  }

  update(record) {
    // Another preset: the sliders take the room that its weights need. Within one they only ever grow.
    if (record.origin !== this.origin) this.room = {};
    this.origin = record.origin;
    this.showLoss(record);
    for (const gate of GATES) {
      const { hold, level, root } = this.gates[gate];
      const held = record.clamp[gate];
      root.classList.toggle("held", held != null);
      const listed =
        held == null ? "free" : HELD[gate].includes(held) && this.gates[gate].wanted !== "at" ? String(held) : "at";
      if (hold.value !== listed) hold.value = listed;
      root.classList.toggle("at", listed === "at");
      if (held != null) level.show(held, gate === "g" ? [-1, 1] : [0, 1]);
    }
  }

  showLoss({ gradient }) {
    const { root, kind, target } = this.loss;
    const listed = gradient?.kind ?? "none";
    if (kind.value !== listed) kind.value = listed;
    root.classList.toggle("at", listed === "target");
    target.show(gradient?.target ?? 0, [-1, 1]);
  }

  roomFor(key, values) {
    const need = Math.max(...values.map(Math.abs));
    const room = Math.max(this.room[key] ?? 0, ROOM.find((half) => half >= need * 1.05) ?? ROOM.at(-1));
    this.room[key] = room;
    return [-room, room];
  }

  show(record, step, unit) {
    // While the hand is ahead of the answers, the controls belong to the hand.
    if (this.stage.edits.pending && this.shownUnit === unit && this.shownStep === step) return;
    this.shownUnit = unit;
    this.shownStep = step;
    for (const gate of GATES) {
      const row = record.rows[ORDER.indexOf(gate) * record.units + unit];
      const room = this.roomFor(`${gate}${unit}`, [3.1, ...row]);
      this.gates[gate].dials.forEach((dial, column) => dial.show(row[column], room));
    }
    const all = this.roomFor("x", record.x.flat());
    this.inputs.forEach((dial, d) => dial.show(record.x[d][step], all));
    setText(this.inputHead, `input at step ${step + 1}`);
    this.states.forEach((dial, k) => {
      const value = [record.c0, record.h0][k][unit];
      dial.show(value, this.roomFor(`state${k}`, [value]));
    });
  }
}

// The heat strip of the stage: every quantity of the chosen unit at every step.

import { HeatStrip } from "../shared/heat.js";

/** @typedef {import("./record.js").StageRecord} StageRecord */
/** @typedef {import("./stage.js").Stage} Stage */
/** @typedef {{quantity: string, name: string, label: string, values: number[], full: number | null}} Row */

/**
 * The rows of a unit, top to bottom.
 * @param {StageRecord} record
 * @param {number} unit
 * @returns {Row[]}
 */
export function rowsOf({ inputs, names, ghost, gradient, q, x, scale, symbols, shown, inputs_shown, lit }, unit) {
  /** @type {Record<string, number | null>} */
  const full = {
    i: null,
    f: null,
    o: null,
    g: 1,
    c: scale.c,
    h: 1,
    dc: gradient?.scale ?? 1,
    dh: gradient?.scale ?? 1,
  };
  /**
   * @param {string} quantity
   * @param {number[]} values
   */
  const row = (quantity, values) => ({
    quantity,
    name: quantity,
    label: symbols[quantity].symbol,
    values,
    full: full[quantity],
  });
  return [
    ...Array.from({ length: inputs }, (_, d) => ({ ...row("x", x[d]), label: names[d], full: scale.x })).filter(
      (_, d) => inputs_shown?.includes(d) ?? true,
    ),
    ...shown.flatMap((key) => [
      row(key, q[key][unit]),
      ...(key === "c" && ghost ? [{ ...row("c", ghost.c[unit]), name: "ghost", label: "C, gates free" }] : []),
    ]),
    ...(gradient ? [row("dc", gradient.of.c[unit])] : []),
    ...(gradient && lit == null ? [row("dh", gradient.of.h[unit])] : []),
  ];
}

export class Strip {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {number | null} The unit that the cells show. */
    this.unit = null;
    this.heat = new HeatStrip((step) => {
      stage.pause();
      stage.goto(step);
    });
    this.root = this.heat.root;
  }

  /** @param {StageRecord} record */
  shape(record) {
    return [record.steps, ...rowsOf(record, 0).map(({ name, label }) => `${name} ${label}`)];
  }

  /** @param {StageRecord} record */
  build(record) {
    this.heat.build(record.steps, rowsOf(record, 0));
    this.resize(record);
  }

  /** @param {StageRecord} record */
  resize(record) {
    this.heat.resize();
    this.update(record);
  }

  /** @param {StageRecord} record */
  update(record) {
    this.unit = null;
    this.show(record, this.stage.step, this.stage.unit);
  }

  /**
   * @param {StageRecord} record
   * @param {number} step
   * @param {number} unit
   */
  show(record, step, unit) {
    if (this.unit !== unit) {
      const { colours, dark } = this.stage;
      const rows = rowsOf(record, unit).map((row) => ({ ...row, hue: colours[row.quantity] }));
      this.heat.colour(rows, dark);
    }
    this.unit = unit;
    this.heat.show(step, this.stage.equations.sentence());
  }
}

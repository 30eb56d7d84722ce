// The heat strip of the stage: every quantity of the chosen unit at every step.

import { Heat } from "../shared/heat.js";

/** The rows, top to bottom: name of the row, quantity (for linking and colour), label, values of the unit, scale. */
function rows({ inputs, names, ghost, gradient, q, x, scale, signs, shown }, unit) {
  const full = { i: null, f: null, o: null, g: 1, c: scale.c, h: 1 };
  const row = (quantity, values, full, name = quantity, label = signs[quantity].symbol) => ({
    quantity,
    name,
    label,
    values,
    full,
  });
  return [
    ...Array.from({ length: inputs }, (_, d) => row("x", x[d], scale.x, "x", names[d])),
    ...shown.flatMap((key) => [
      row(key, q[key][unit], full[key]),
      ...(key === "c" && ghost ? [row("c", ghost.c[unit], scale.c, "ghost", "C, gates free")] : []),
    ]),
    ...(gradient ? [row("dc", gradient.c[unit], gradient.scale), row("dh", gradient.h[unit], gradient.scale)] : []),
  ];
}

export class Strip {
  constructor(stage) {
    this.stage = stage;
    this.heat = new Heat((step) => {
      stage.pause();
      stage.goto(step);
    });
    this.root = this.heat.root;
  }

  shape(record) {
    return [record.steps, record.names, !!record.ghost, !!record.gradient];
  }

  build(record) {
    this.heat.build(record.steps, rows(record, 0));
    this.resize();
  }

  resize() {
    const { record } = this.stage;
    if (!record) return;
    this.heat.resize();
    this.update(record);
  }

  update(record) {
    this.shown = null;
    this.show(record, this.stage.step, this.stage.unit);
  }

  show(record, step, unit) {
    if (this.shown !== unit) {
      const { colours, dark } = this.stage;
      this.heat.colour(
        rows(record, unit).map((row) => ({ ...row, hue: colours[row.quantity] })),
        dark,
      );
    }
    this.shown = unit;
    this.heat.show(step, this.stage.reading.sentence());
  }
}

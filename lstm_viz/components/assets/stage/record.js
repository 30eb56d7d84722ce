// The types of what the stage shows. Python makes the record: views/stage.py, views/variant_stage.py and their callers.

/**
 * How a quantity is shown.
 * @typedef {object} Quantity
 * @property {string} symbol
 * @property {string} name
 * @property {string} meaning
 * @property {string} light Its colour on a light page, as #rrggbb.
 * @property {string} dark
 */

/** @typedef {Family | AnyCell} Anatomy  What a cell is made of. */

/** @typedef {{kind: "graph", text: string, wide: Drawing, narrow: Drawing}} AnyCell  Its text, and the plans of it. */

/** @typedef {Omit<import("./plan.js").Plan, "peepholes" | "troughs" | "keeps" | "free" | "backward">} Drawing */

/**
 * A cell whose places are given by hand; see views/anatomy.py.
 * @typedef {object} Family
 * @property {"lstm" | "gru" | "rnn"} kind
 * @property {Record<string, string>} blocks The function of each gate that is computed.
 * @property {boolean} [coupled] Whether f is 1 − i.
 * @property {Record<string, number[]>} [peepholes] Weights by gate, one a unit.
 * @property {string} [squash] The function of C on its way out; empty for none.
 * @property {Record<string, string>} [keys] Of quantities, by their names in the table, where they differ.
 * @property {boolean} [reset_after] Whether r acts after U.
 */

/** @typedef {[number | null, string | null, number]} Term  Weight, quantity, and index of the input or unit. */

/** @typedef {string | {q: string} | {terms: string}} Part  Of an equation: a text, a number, or a weighted sum. */

/**
 * The run walked backward from a loss; series are (unit, step).
 * @typedef {object} Gradient
 * @property {"c" | "h" | "target"} kind
 * @property {number | null} target
 * @property {number} value
 * @property {Record<string, number[][]>} of Of each quantity that has one.
 * @property {number} scale The largest of the states.
 */

/**
 * What every stage shows; `q[quantity][unit][step]` is a number of the run.
 * @typedef {object} Run
 * @property {string} run The name under which the charts of the page follow its steps.
 * @property {string} origin What the run is of: another opens on its own step.
 * @property {string} [key] The key of the stage, where previews of another component may reach it.
 * @property {string} [home]
 * @property {number} [reply]
 * @property {number} [page_reply]
 * @property {number} opening
 * @property {number} unit
 * @property {{undo: boolean, redo: boolean, changed: boolean}} history
 * @property {number} steps
 * @property {number} units
 * @property {number} inputs
 * @property {string[]} names What the inputs are called.
 * @property {number[][]} x (input, step).
 * @property {Record<string, number[][]>} q
 * @property {{c: number[][], h: number[][]} | null} ghost The same run with every gate free.
 * @property {Record<string, number>} clamp
 * @property {Record<string, number>} scale The largest magnitude of a quantity.
 * @property {{weight: number, bias: number, y: number[]} | null} readout
 * @property {Gradient | null} gradient
 * @property {Record<string, Quantity>} symbols
 * @property {Anatomy} anatomy
 * @property {{key: string, parts: Part[]}[]} lines The equations.
 * @property {Record<string, Term[][]>} terms By gate and unit.
 * @property {string[]} shown The rows of the strip.
 * @property {string[]} phrases
 * @property {number[]} [inputs_shown] Which inputs have a row in the strip; all where it is missing.
 * @property {string[] | null} [lit] What a stop of the guided path is about; all else is dimmed.
 * @property {Record<string, number[][]>} captions Which phrase says what a quantity means, by unit and step.
 */

/** @typedef {Run & {editable: false}} ReadOnlyRecord */

/**
 * What belongs to editing.
 * @typedef {object} Settings
 * @property {true} editable
 * @property {number[][]} rows The weights: gate by gate in PyTorch's order, unit by unit.
 * @property {number[]} h0
 * @property {number[]} c0
 * @property {number} limit The largest magnitude that may be set.
 * @property {string[]} texts The typed line of each input.
 * @property {string[]} troubles What is wrong with it; empty where nothing is.
 * @property {string} [preview]
 * @property {Record<string, string>} [link]
 */

/** @typedef {Run & Settings} EditableRecord */

/** @typedef {ReadOnlyRecord | EditableRecord} StageRecord */

/**
 * A part of the stage. `shape` says what decides which elements there are: `build` makes them anew when it changes;
 * `update` follows with every record, `show` with every step and unit.
 * @typedef {{
 *   root: Element,
 *   shape?(record: StageRecord): unknown[],
 *   build?(record: StageRecord): void,
 *   update?(record: StageRecord): void,
 *   show?(record: StageRecord, step: number, unit: number): void,
 * }} StagePart
 */

export {};

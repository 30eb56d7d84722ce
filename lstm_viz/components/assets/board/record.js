// What the page and the preview route send; see `board_record` in Python.

/** @typedef {import("./weights.js").Gate} Gate */

/**
 * A challenge.
 * @typedef {object} Challenge
 * @property {string} key
 * @property {number} number Its place among all, counted from 1.
 * @property {string} title
 * @property {string} task
 * @property {string} quantity What is looked at: "C" or "h".
 * @property {number} unit Of which unit, counted from 1.
 * @property {number} units
 * @property {string[]} columns What the weights of a row are on.
 * @property {number} par The fewest weights that are not 0, as far as is known.
 * @property {string[]} hints
 * @property {number[][]} solution
 * @property {string} solved What is said once it is solved.
 * @property {{text: string} | null} rnn What is said of a plain RNN.
 * @property {number} largest The largest magnitude of a weight.
 * @property {Gate[]} gates
 * @property {{key: string, title: string}[]} all All challenges.
 */

/** @typedef {{label: string, key: string, values: number[], full: number | null}} Row  Of the strip. */

/**
 * An attempt, marked.
 * @typedef {object} Attempt
 * @property {Challenge} challenge
 * @property {number[][]} rows The weights.
 * @property {number} test The sequence shown, counted from 0.
 * @property {boolean[]} passed Of each sequence.
 * @property {Row[]} strip
 * @property {import("./curve.js").CurveRecord} curve
 * @property {{test: number, text: string} | null} reason Why a sequence fails.
 * @property {number} nonzero How many weights are not 0.
 * @property {number} stars
 * @property {Record<string, string>} shared The query of a link to what is committed.
 * @property {{undo: boolean, redo: boolean, changed: boolean}} history
 */

/** @typedef {import("../shared/editor.js").Editable & Attempt} BoardRecord */

export {};

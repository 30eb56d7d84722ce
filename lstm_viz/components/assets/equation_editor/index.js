// An editor of the equations of a cell. The text is a plain textarea, so that keyboard, phone and screen reader do with it
// what they always do; its colours lie behind it. While somebody types, our own route says what is wrong and what was
// understood; Streamlit is told once the hand rests.

import { followTheme } from "../shared/colour.js";
import { html, setText } from "../shared/dom.js";
import { Editor } from "../shared/editor.js";
import { mount } from "../shared/mount.js";
import { pieces, range } from "./highlighting.js";
import { maths } from "./maths.js";

/** @typedef {import("../shared/mount.js").SendTrigger} SendTrigger */

/** @typedef {import("./highlighting.js").Place & {message: string, instead: string}} Problem */

/**
 * See `understood` in Python.
 * @typedef {object} Understood
 * @property {{name: string, latex: string, weights: string[]}[]} lines
 * @property {string} states
 * @property {string} count
 * @property {string[]} remarks
 * @property {Record<string, [string, string]>} colours Of each line, on a light and on a dark page.
 */

/**
 * See `editor_record` in Python.
 * @typedef {object} OwnRecord
 * @property {string} text
 * @property {string} cell The text of the last cell that the address names.
 * @property {Problem[]} problems
 * @property {string} failure Why the cell does not run, or an empty text.
 * @property {number[]} changed Lines that differ from the cell it started from, counted from 1.
 * @property {string} changes The same in words.
 * @property {string} base
 * @property {Understood | null} understood None of a text with problems: what was understood last stays.
 */

/** @typedef {import("../shared/editor.js").Editable & OwnRecord} EditorRecord */

const REST = 500; // milliseconds without a key after which the hand is taken to rest
const LONGEST = 8000; // characters that are coloured, and our own route is asked about: so many are no cell by far
const DRAFT = "lstm-viz:own-cell-draft"; // where a text with mistakes outlives a reload

class EquationEditor {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.dark = false;
    /** @type {EditorRecord | undefined} */
    this.record = undefined;
    /** @type {Understood | undefined} */
    this.understood = undefined;
    /** What Streamlit said last that the text is. */
    this.told = "";
    /** What the list of mistakes was made of. */
    this.listed = "";
    /** The last text that was found to be a cell since Streamlit was told. */
    this.valid = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    /** @type {Editor<EditorRecord>} */
    this.editor = new Editor({
      draw: (record) => this.draw(record),
      context: () => ({ dark: this.dark }),
      canPreview: ({ text }) => String(text).length <= LONGEST,
    });
    this.colours = html("pre", { "aria-hidden": "true" });
    this.area = html("textarea", {
      "aria-label": "Equations, one on each line",
      "aria-describedby": "problems",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      autocorrect: "off",
      wrap: "off",
      oninput: () => this.type(),
      onchange: () => this.rest(),
    });
    this.verdict = html("p", { class: "verdict" });
    this.problems = html("ul", { class: "problems", id: "problems" });
    this.said = html("p", { class: "said", "aria-live": "polite" });
    this.heading = html("h3");
    this.equations = html("div", { class: "understood-lines" });
    this.facts = html("div", { class: "facts" });
    const code = html("div", { class: "code" }, html("div", { class: "sheet" }, this.colours, this.area));
    this.root.replaceChildren(
      html("section", { class: "written", "aria-label": "The text" }, this.verdict, code, this.problems, this.said),
      html(
        "section",
        { class: "understood", "aria-label": "What was understood" },
        this.heading,
        this.equations,
        this.facts,
      ),
    );
  }

  /**
   * @param {EditorRecord} record
   * @param {SendTrigger} send
   */
  update(record, send) {
    const first = !this.record;
    // What the page itself puts into the editor replaces the text; an answer that is merely late does not.
    const replaced = record.text !== this.told;
    this.told = record.text;
    this.editor.commit(record, send);
    if (replaced && !this.editor.pending) this.show(record.text);
    if (first) this.recall();
    if (!this.editor.pending) {
      this.valid = "";
      this.announce(record);
      if (record.problems.length > 0) this.keep();
      else forget();
    }
  }

  /** @param {EditorRecord} record Committed or previewed. */
  draw(record) {
    this.record = record;
    this.dark = followTheme(this.root);
    if (record.understood) this.understood = record.understood;
    if (record.problems.length === 0 && this.editor.pending) this.valid = record.text;
    this.colour();
    this.drawProblems(record);
    this.drawUnderstood(record);
  }

  /** @param {string} text */
  show(text) {
    if (this.area.value !== text) this.area.value = text;
    this.colour();
  }

  /** A key was pressed. */
  type() {
    this.keep();
    this.colour();
    this.editor.edit("text", this.edit, false);
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.rest(), REST);
  }

  /** The hand rests, or has left: Streamlit is told, unless it knows. */
  rest() {
    clearTimeout(this.resting);
    if (this.area.value === this.told && !this.editor.pending) return;
    this.editor.edit("text", this.edit, true);
  }

  get edit() {
    return { text: this.area.value, valid: this.valid };
  }

  /** Draws the text behind the textarea, with what is known to be wrong. */
  colour() {
    const text = this.area.value;
    if (text.length > LONGEST) {
      this.colours.replaceChildren(text);
      return;
    }
    // Of another text, as long as its answer is under way: only lines that are the same have the mistakes they had.
    const known = (this.record?.text ?? "").split("\n");
    const lines = text.split("\n").map((line, k) => {
      const same = known[k] === line;
      const problems = same ? (this.record?.problems ?? []).filter((problem) => problem.line === k + 1) : [];
      const changed = same && this.record?.changed.includes(k + 1);
      const spans = pieces(line, problems).map((piece) => this.piece(piece));
      return html("span", { class: changed ? "line changed" : "line" }, ...spans, "\n");
    });
    this.colours.replaceChildren(...lines);
  }

  /** @param {import("./highlighting.js").Piece} piece */
  piece({ text, kind, wrong }) {
    const colour = kind === "name" ? this.understood?.colours[text]?.[this.dark ? 1 : 0] : undefined;
    const node = html("span", { class: wrong ? `${kind} wrong` : kind }, text);
    if (colour) node.style.color = colour;
    return node;
  }

  /** @param {EditorRecord} record */
  drawProblems({ problems, failure, text }) {
    this.root.classList.toggle("has-problems", problems.length > 0);
    this.area.toggleAttribute("aria-invalid", problems.length > 0);
    const count = problems.length === 1 ? "1 mistake" : `${problems.length} mistakes`;
    const verdict = problems.length ? `✗ ${count}; the last cell stays below` : "✓ this is a cell";
    setText(this.verdict, failure ? "✗ this cell does not run" : verdict);
    this.verdict.classList.toggle("good", problems.length === 0 && !failure);
    // The same list stays as it is: the keyboard may stand in it.
    const listed = JSON.stringify([problems, failure, text]);
    if (listed === this.listed) return;
    this.listed = listed;
    const items = problems.map((problem) => this.problem(problem, text));
    if (failure) items.push(html("li", {}, failure));
    this.problems.replaceChildren(...items);
  }

  /**
   * @param {Problem} problem
   * @param {string} text Whose problem it is.
   */
  problem(problem, text) {
    const { line, column, message, instead } = problem;
    const goto = () => this.select(problem, text);
    const where = html(
      "button",
      { type: "button", class: "where", onclick: goto, title: "Go there" },
      `line ${line}, column ${column}`,
    );
    const write = () => this.replace(problem, text);
    const fix = html("button", { type: "button", class: "fix", onclick: write }, "Write ", html("code", {}, instead));
    return html("li", {}, where, html("span", {}, message), ...(instead ? [fix] : []));
  }

  /**
   * @param {Problem} problem
   * @param {string} text
   */
  select(problem, text) {
    if (this.area.value !== text) return;
    const { from, to } = range(text, problem);
    this.area.focus();
    this.area.setSelectionRange(from, to);
  }

  /**
   * Puts the suggestion in the place of the mistake; the browser's own undo takes it back.
   * @param {Problem} problem
   * @param {string} text
   */
  replace(problem, text) {
    if (this.area.value !== text) return;
    this.select(problem, text);
    const { from, to } = range(text, problem);
    if (!document.execCommand("insertText", false, problem.instead)) {
      this.area.setRangeText(problem.instead, from, to, "end");
      this.type();
    }
    this.rest();
  }

  /** @param {EditorRecord} record */
  drawUnderstood({ problems, changes, base }) {
    const { understood } = this;
    if (!understood) return;
    const stale = problems.length > 0;
    this.root.classList.toggle("stale", stale);
    setText(this.heading, stale ? "What was understood last" : "What was understood");
    const lines = understood.lines.map(({ name, latex, weights }) => {
      const learned = weights.length ? `learned: ${weights.join(", ")}` : "nothing to learn";
      const node = html("div", { class: "equation" }, maths(latex), html("span", { class: "weights" }, learned));
      node.style.setProperty("--hue", understood.colours[name][this.dark ? 1 : 0]);
      return node;
    });
    this.equations.replaceChildren(...lines);
    const compared = changes ? `Against ${base}: ${changes}.` : `It is ${base}, as in the catalogue.`;
    const facts = [understood.states, understood.count, ...understood.remarks, compared];
    this.facts.replaceChildren(...facts.map((fact) => html("p", {}, fact)));
  }

  /**
   * Says what came of a text once the hand rests; every key would be too much.
   * @param {EditorRecord} record
   */
  announce({ problems, failure, text }) {
    if (this.area.value !== text) return;
    const first = problems[0];
    const said = first ? `line ${first.line}, column ${first.column}: ${first.message}` : failure;
    setText(this.said, said || "This is a cell.");
  }

  /** Keeps what is typed in this tab, until it is a cell, which the address keeps. */
  keep() {
    try {
      sessionStorage.setItem(DRAFT, JSON.stringify({ after: this.record?.cell, text: this.area.value }));
    } catch {
      // No storage: the text lives as long as the page.
    }
  }

  /** After a reload: goes on with what had been typed since this very cell. */
  recall() {
    try {
      const { after, text } = JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}");
      if (after !== this.record?.cell || typeof text !== "string" || text === this.told) return;
      this.show(text);
      this.rest();
    } catch {
      // Nothing that we have kept.
    }
  }

  dispose() {
    clearTimeout(this.resting);
    this.editor.dispose();
  }
}

function forget() {
  try {
    sessionStorage.removeItem(DRAFT);
  } catch {
    // No storage, nothing kept.
  }
}

export default mount(".equation-editor", (root) => new EquationEditor(root));

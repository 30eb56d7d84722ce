// Equations set as MathML, which browsers draw and screen readers read. It knows what `lstm_viz.cells.latex` writes, and
// no more: anything else is shown as its letters.

/**
 * A part of a formula; `text` and `children` exclude each other.
 * @typedef {object} Part
 * @property {string} tag Of MathML.
 * @property {string} [text]
 * @property {Part[]} [children]
 * @property {Record<string, string>} [attributes]
 */

const TOKEN = /\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|\s+|./gu;

const GREEK = "αβγδεζηθκλμνξρστφχψω";
const GREEK_NAMES =
  "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi rho sigma tau phi chi psi omega".split(" ");
/** @type {Record<string, Part>} */
const SYMBOLS = {
  "\\cdot": { tag: "mo", text: "·" },
  "\\times": { tag: "mo", text: "×" },
  "\\infty": { tag: "mi", text: "∞" },
  "\\,": { tag: "mspace", attributes: { width: "0.17em" } },
  "\\_": { tag: "mi", text: "_" },
  "-": { tag: "mo", text: "−" },
  ...Object.fromEntries(GREEK_NAMES.map((name, k) => [`\\${name}`, { tag: "mi", text: GREEK[k] }])),
  ...Object.fromEntries(
    ["tanh", "exp", "log", "max", "min"].map((name) => [
      `\\${name}`,
      { tag: "mi", text: name, attributes: { mathvariant: "normal" } },
    ]),
  ),
};
/** @type {Record<string, string>} Where a bracket ends. */
const CLOSING = { "(": ")", "|": "|" };
const OPERATORS = "+=,<>/*";

/** @param {Part[]} children */
const row = (children) => (children.length === 1 ? children[0] : { tag: "mrow", children });

class Reader {
  /** @param {string} latex */
  constructor(latex) {
    this.tokens = latex.match(TOKEN) ?? [];
    this.at = 0;
  }

  /**
   * Reads up to a token, which is passed over.
   * @param {string} [end]
   * @returns {Part[]}
   */
  until(end) {
    /** @type {Part[]} */
    const parts = [];
    while (this.at < this.tokens.length && this.tokens[this.at] !== end) {
      const token = this.tokens[this.at];
      if (token === "_" || token === "^") this.script(parts, token);
      else if (token.trim() === "") this.at += 1;
      else parts.push(this.part());
    }
    this.at += 1;
    return parts;
  }

  /**
   * Puts an index or a power on what stands before it.
   * @param {Part[]} parts
   * @param {string} sign
   */
  script(parts, sign) {
    this.at += 1;
    const script = this.part();
    const base = parts.pop() ?? { tag: "mrow", children: [] };
    if (sign === "^" && base.tag === "msub")
      parts.push({ tag: "msubsup", children: [...(base.children ?? []), script] });
    else parts.push({ tag: sign === "_" ? "msub" : "msup", children: [base, script] });
  }

  /** @returns {Part} */
  part() {
    const token = this.tokens[this.at] ?? "";
    this.at += 1;
    if (token.trim() === "" && this.at <= this.tokens.length) return this.part();
    switch (token) {
      case "{":
        return row(this.until("}"));
      case "\\frac":
        return { tag: "mfrac", children: [this.part(), this.part()] };
      case "\\tfrac":
        return this.smallFraction();
      case "\\sqrt":
        return { tag: "msqrt", children: [this.part()] };
      case "\\tilde":
        return { tag: "mover", children: [this.part(), { tag: "mo", text: "~" }], attributes: { accent: "true" } };
      case "\\mathrm":
        return { tag: "mi", text: this.word(), attributes: { mathvariant: "normal" } };
    }
    if (token in CLOSING) return this.bracket(token);
    return SYMBOLS[token] ?? letter(token);
  }

  /**
   * What a bracket holds grows with it, and with nothing else on the line.
   * @param {string} open
   * @returns {Part}
   */
  bracket(open) {
    const close = CLOSING[open];
    const fence = { fence: "true" };
    const inner = this.until(close);
    return {
      tag: "mrow",
      children: [{ tag: "mo", text: open, attributes: fence }, ...inner, { tag: "mo", text: close, attributes: fence }],
    };
  }

  /** Two digits, one over the other: the tokens hold them as one number. */
  smallFraction() {
    const [upper, lower] = this.tokens[this.at] ?? "";
    this.at += 1;
    return { tag: "mfrac", children: [upper, lower].map((text) => ({ tag: "mn", text: text ?? "" })) };
  }

  /** Letters in braces. */
  word() {
    let word = "";
    this.at += 1;
    while (this.at < this.tokens.length && this.tokens[this.at] !== "}") {
      word += this.tokens[this.at].replace("\\", "");
      this.at += 1;
    }
    this.at += 1;
    return word;
  }
}

/**
 * @param {string} token
 * @returns {Part}
 */
function letter(token) {
  if (/^\d/.test(token)) return { tag: "mn", text: token };
  if (OPERATORS.includes(token)) return { tag: "mo", text: token };
  // Slanted by the style sheet: as the italic letters of mathematics many fonts lack some, such as h.
  const slanted = /^[a-zA-Z]$/.test(token);
  return slanted
    ? { tag: "mi", text: token, attributes: { mathvariant: "normal", class: "letter" } }
    : { tag: "mi", text: token };
}

/**
 * Reads LaTeX.
 * @param {string} latex
 * @returns {Part[]}
 */
export const read = (latex) => new Reader(latex).until();

const MATHML = "http://www.w3.org/1998/Math/MathML";

/**
 * @param {Part} part
 * @returns {Element}
 */
function element({ tag, text, children = [], attributes = {} }) {
  const node = document.createElementNS(MATHML, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...(text === undefined ? children.map(element) : [text]));
  return node;
}

/**
 * An equation as an element.
 * @param {string} latex
 */
export const maths = (latex) => element({ tag: "math", children: read(latex), attributes: { display: "inline" } });

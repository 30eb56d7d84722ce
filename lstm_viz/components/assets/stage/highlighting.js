// One quantity, everywhere: hovering, focusing or tapping it highlights it in the strip, the diagram and the equations,
// and says what it means.

/** @typedef {import("./stage.js").Stage} Stage */

export class Highlighting {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {string | null} */
    this.quantity = null;
    /** @type {string | null} */
    this.tapped = null;
    const { root } = stage;
    // Of a move, not of coming over: a page that opens under a resting mouse must not open dimmed.
    root.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.highlight(quantityAt(event));
    });
    root.addEventListener("pointerleave", () => this.highlight(null));
    root.addEventListener("focusin", (event) => this.highlight(quantityAt(event)));
    root.addEventListener("focusout", () => this.highlight(null));
    root.addEventListener("click", (event) => this.tap(event));
  }

  /** @param {MouseEvent} event */
  tap(event) {
    if (event instanceof PointerEvent && event.pointerType === "mouse") return;
    // On the strip a tap chooses a step; elsewhere it highlights a quantity, and a second one ends that.
    const onStrip = event.target instanceof Element && event.target.closest(".strip");
    const tapped = onStrip ? null : quantityAt(event);
    this.highlight(tapped === this.tapped ? null : tapped);
    this.tapped = this.quantity;
  }

  /** @param {string | null} quantity */
  highlight(quantity) {
    if (quantity === this.quantity) return;
    this.quantity = quantity;
    for (const node of this.stage.root.querySelectorAll("[data-q]")) {
      node.classList.toggle("highlighted", quantity != null && node.getAttribute("data-q") === quantity);
    }
    this.stage.root.classList.toggle("highlighting", quantity != null);
    this.stage.equations.explain(quantity);
  }
}

/** @param {Event} event */
const quantityAt = ({ target }) =>
  target instanceof Element ? (target.closest("[data-q]")?.getAttribute("data-q") ?? null) : null;

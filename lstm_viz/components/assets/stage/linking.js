// One sign, everywhere: hovering, focusing or tapping a quantity lights it in the strip, the diagram and the
// equations, and says what it means.

export class Linking {
  constructor(stage) {
    this.stage = stage;
    const { root } = stage;
    const lit = (event) => event.target.closest?.("[data-q]")?.dataset.q ?? null;
    // Of a move, not of coming over: a page that opens under a resting mouse must not open dimmed.
    root.addEventListener("pointermove", (event) => {
      if (event.pointerType !== "touch") this.light(lit(event));
    });
    root.addEventListener("pointerleave", () => this.light(null));
    root.addEventListener("focusin", (event) => this.light(lit(event)));
    root.addEventListener("focusout", () => this.light(null));
    root.addEventListener("click", (event) => {
      if (event.pointerType === "mouse") return;
      // On the strip a tap chooses a step; elsewhere it lights a sign, and a second one puts it out.
      const tapped = event.target.closest?.(".strip") ? null : lit(event);
      this.light(tapped === this.tapped ? null : tapped);
      this.tapped = this.quantity;
    });
  }

  light(quantity) {
    if (quantity === this.quantity) return;
    this.quantity = quantity;
    for (const node of this.stage.root.querySelectorAll("[data-q]")) {
      node.classList.toggle("lit", quantity != null && node.dataset.q === quantity);
    }
    this.stage.root.classList.toggle("lighting", quantity != null);
    this.stage.reading.explain(quantity);
  }
}

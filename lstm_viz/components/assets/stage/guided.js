// The stage beside the coach of the guided path: what a stop is not about is dimmed, and what it does not need is away.

/**
 * Dims all quantities but those that are lit; without any, nothing is dimmed.
 * @param {HTMLElement} root
 * @param {string[] | null | undefined} lit
 */
export function dim(root, lit) {
  const isGuided = lit != null;
  if (!isGuided && !root.classList.contains("guided")) return;
  root.classList.toggle("guided", isGuided);
  for (const node of root.querySelectorAll(".diagram [data-q]")) {
    node.classList.toggle("unlit", isGuided && !lit.includes(node.getAttribute("data-q") ?? ""));
  }
}

/**
 * Beside the coach a gate that is nearly open is not written as 1.00: how nearly decides what is left in the end.
 * @param {string[] | null | undefined} lit
 * @param {string} quantity
 * @param {number} value
 */
export function nearlyOpen(lit, quantity, value) {
  const isGate = lit != null && ["i", "f", "o"].includes(quantity);
  return isGate && value >= 0.995 && value < 0.99995 ? value.toFixed(4) : null;
}

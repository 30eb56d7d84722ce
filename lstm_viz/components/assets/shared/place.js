// The chosen step lives in the address bar, written by the browser alone: stepping sends nothing to the server, and
// still a copied link or a reload opens at the same moment. Python leaves this key of the address as it is.

const KEY = "step";

export function readStep({ run, origin, steps, opening }) {
  const asked = Number.parseInt(new URLSearchParams(window.location.search).get(KEY) ?? "", 10) - 1;
  if (asked >= 0 && asked < steps) return asked;
  const remembered = window.__lstmViz?.origins?.[run] === origin ? window.__lstmViz.steps[run] : opening;
  return Math.min(remembered, steps - 1);
}

export function writeStep(step) {
  const url = new URL(window.location.href);
  url.searchParams.set(KEY, step + 1);
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

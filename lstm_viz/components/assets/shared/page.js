// What the components of a page tell each other, past the server. Each component is loaded with a copy of its own of
// this module, so what they share lives on the window.
//
// Events on window:
//   lstm-viz:step {run, step}            the step shown of a run has changed
//   lstm-viz:goto {run, step}            somebody has asked for a step
//   lstm-viz:preview {components}        what our server says that components will show, by their keys
// A run is a name that Python gives to what shares a cursor. Steps count from 0.

/**
 * @typedef {object} Shared
 * @property {Record<string, number>} steps The step shown, by run.
 * @property {Record<string, string>} origins What the run is of, by run: a step is remembered for the same.
 * @property {Record<string, {awaited: number}>} editors What may be ahead of Streamlit, by run; see editor.js.
 */

/** @typedef {{run: string, step: number}} StepDetail */

/**
 * The parts of a record that say which run it shows, and on which step to open.
 * @typedef {object} Opening
 * @property {string} run
 * @property {string} [origin]
 * @property {number} steps
 * @property {number} opening
 */

const STEP = "lstm-viz:step";
const GOTO = "lstm-viz:goto";
const PREVIEW = "lstm-viz:preview";

const page = /** @type {typeof globalThis & {__lstmViz?: Shared}} */ (globalThis);
page.__lstmViz ??= { steps: {}, origins: {}, editors: {} };
const shared = page.__lstmViz;

/**
 * @param {string} type
 * @param {(detail: any) => void} listener
 * @param {AbortSignal} signal
 */
function listen(type, listener, signal) {
  window.addEventListener(type, (event) => listener(/** @type {CustomEvent} */ (event).detail), { signal });
}

/**
 * Tells the page which step of a run is shown.
 * @param {string} run
 * @param {number} step
 * @param {string} [origin]
 */
export function announceStep(run, step, origin) {
  shared.steps[run] = step;
  if (origin !== undefined) shared.origins[run] = origin;
  window.dispatchEvent(new CustomEvent(STEP, { detail: { run, step } }));
}

/**
 * Calls the listener with every step that is shown, of any run.
 * @param {(detail: StepDetail) => void} listener
 * @param {AbortSignal} signal
 */
export const onStep = (listener, signal) => listen(STEP, listener, signal);

/**
 * The step of a run that was announced last.
 * @param {string} run
 * @returns {number | undefined}
 */
export const shownStep = (run) => shared.steps[run];

/**
 * Asks whatever shows a run to go to a step.
 * @param {string} run
 * @param {number} step
 */
export function requestStep(run, step) {
  window.dispatchEvent(new CustomEvent(GOTO, { detail: { run, step } }));
}

/**
 * Calls the listener with every step that is asked for, of any run.
 * @param {(detail: StepDetail) => void} listener
 * @param {AbortSignal} signal
 */
export const onStepRequest = (listener, signal) => listen(GOTO, listener, signal);

/**
 * Hands previews to the components that they are of.
 * @param {Record<string, object>} components Records by the key of the component.
 */
export function announcePreviews(components) {
  window.dispatchEvent(new CustomEvent(PREVIEW, { detail: { components } }));
}

/**
 * Calls the listener with every preview of the component that has this key now.
 * @template Rec
 * @param {() => string | undefined} key
 * @param {(record: Rec) => void} listener
 * @param {AbortSignal} signal
 */
export function onPreview(key, listener, signal) {
  listen(
    PREVIEW,
    ({ components }) => {
      const record = components[key() ?? ""];
      if (record) listener(record);
    },
    signal,
  );
}

/**
 * Makes known what may show previews of a run.
 * @param {string} run
 * @param {{awaited: number}} editor
 */
export function registerEditor(run, editor) {
  shared.editors[run] = editor;
}

/** @param {{awaited: number}} editor */
export function unregisterEditor(editor) {
  for (const [run, registered] of Object.entries(shared.editors)) {
    if (registered === editor) delete shared.editors[run];
  }
}

/**
 * True if what Streamlit has sent is older than the preview on the screen.
 * @param {{run: string, reply?: number}} record
 */
export const isOutdated = ({ run, reply = Number.POSITIVE_INFINITY }) => reply < (shared.editors[run]?.awaited ?? 0);

// The step shown lives in the address bar, written by the browser alone: stepping sends nothing to the server, and still
// a copied link or a reload opens at the same moment. Python leaves this key of the address as it is.
const KEY = "step";

/**
 * The step to open a run on, counted from 0: that of the address, or the one shown before, or the one that Python names.
 * @param {Opening} record
 */
export function openingStep({ run, origin, steps, opening }) {
  const asked = Number.parseInt(new URLSearchParams(window.location.search).get(KEY) ?? "", 10) - 1;
  if (asked >= 0 && asked < steps) return asked;
  const remembered = run in shared.steps && shared.origins[run] === origin ? shared.steps[run] : opening;
  return Math.min(remembered, steps - 1);
}

/**
 * Writes a step, counted from 0, into the address.
 * @param {number} step
 */
export function writeStep(step) {
  const url = new URL(window.location.href);
  url.searchParams.set(KEY, String(step + 1));
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
}

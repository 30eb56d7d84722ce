// Plotly is one script of our own server, wherever its base path is, and is loaded once a page.

import { serverUrl } from "../shared/mount.js";

/**
 * What we use of an axis that Plotly has laid out; lengths are in pixels.
 * @typedef {object} Axis
 * @property {[number, number]} range
 * @property {number} _length
 * @property {number} _offset
 * @property {(linear: number) => number} l2p From a value to pixels from the beginning of the axis.
 * @property {(pixel: number) => number} p2l
 */

/**
 * An element that Plotly has drawn in.
 * @typedef {HTMLElement & {
 *   _fullLayout?: {xaxis?: Axis, yaxis?: Axis},
 *   on?: (event: string, listener: () => void) => void,
 * }} Canvas
 */

/**
 * @typedef {object} Plotly
 * @property {(canvas: Canvas, data: object[], layout: object, config: object) => Promise<unknown>} react
 * @property {(canvas: Canvas, changes: object) => Promise<unknown>} relayout
 * @property {(canvas: Canvas) => void} purge
 */

const page = /** @type {Window & typeof globalThis & {Plotly?: Plotly}} */ (globalThis);

/** @type {Promise<Plotly> | undefined} */
let loading;

/**
 * Returns Plotly, from our own server.
 * @param {string} path Where it is, below the base path of the server.
 * @returns {Promise<Plotly>}
 */
export function loadPlotly(path) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = serverUrl(path);
    script.onload = () => (page.Plotly ? resolve(page.Plotly) : reject(new Error(`${script.src} is not Plotly`)));
    script.onerror = () => {
      script.remove();
      loading = undefined; // so that the next change tries again
      reject(new Error(`Plotly could not be loaded from ${script.src}`));
    };
    document.head.append(script);
  });
  return loading;
}

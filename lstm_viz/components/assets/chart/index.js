// A Plotly figure on one node that is kept for as long as the chart is on the page. The events of page.js join it to the
// stage: its cursor follows the step shown, and a click asks for a step. Steps count from 0 there and from 1 on the axis.

import { find, mount } from "../shared/mount.js";
import * as page from "../shared/page.js";
import { loadPlotly } from "./plotly.js";

/** @typedef {import("./plotly.js").Canvas} Canvas */
/** @typedef {import("./plotly.js").Plotly} Plotly */

/**
 * A layout as Plotly takes it; what we read of it.
 * @typedef {object} Layout
 * @property {number} height
 * @property {{range: [number, number]}} xaxis
 * @property {{text: string}} [title]
 * @property {{whole?: [number, number]}} [meta] `whole`: the range of all of it, where the figure shows a part first.
 * @property {object} [font]
 * @property {object} [margin]
 * @property {{bgcolor?: string}} [hoverlabel]
 */

/**
 * See `chart_record` in Python.
 * @typedef {object} ChartRecord
 * @property {string} key
 * @property {string} run The name of the run whose step the cursor follows.
 * @property {string} label What the chart is, for a screen reader.
 * @property {string} summary What can be seen in it, for a screen reader.
 * @property {string} plotly Where Plotly is, below the base path of the server.
 * @property {{data: object[], layout: Layout}} figure
 * @property {number} [reply] The id of the last message of edits that the figure knows of.
 */

const coarse = window.matchMedia("(pointer: coarse)");
// "reset": on a phone Plotly takes one tap for two clicks, and would go on to ranges of its own.
const CONFIG = { displayModeBar: false, doubleClick: "reset", showTips: false };
const DEADLINE = 80; // milliseconds after which a chart is drawn although the browser is busy
const CLICK = 5; // pixels that a pointer may move in a click
const FAILED = "This figure could not be drawn. It is tried again as soon as something changes.";

const whenIdle = window.requestIdleCallback ?? ((task) => setTimeout(task, 0));

class Chart {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.figure = root;
    this.title = find(root, ".lstm-chart-title");
    this.showAllButton = find(root, ".lstm-chart-whole");
    this.plot = find(root, ".lstm-chart-plot");
    /** @type {Canvas} */
    this.canvas = find(root, ".lstm-chart-canvas");
    this.cursor = find(root, ".lstm-chart-cursor");
    this.message = find(root, ".lstm-chart-message");
    this.summary = find(root, ".lstm-chart-summary");
    this.summary.id = `chart-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.plot.setAttribute("aria-describedby", this.summary.id);
    /** @type {ChartRecord | undefined} */
    this.record = undefined;
    this.json = ""; // of the figure
    /** @type {[number, number]} */
    this.range = [0, 1]; // of all of it
    this.scheduled = false;
    this.waiting = false; // there is something to draw
    this.drawn = false; // since Plotly began on this canvas
    this.showsAll = false; // a person has asked for it
    this.disposed = false;
    this.onScreen = true;
    this.appearance = ""; // all that the picture on the screen depends on
    /** @type {Plotly | undefined} */
    this.plotly = undefined;
    this.listening = new AbortController();
    this.listen(this.listening.signal);
    this.resizing = new ResizeObserver(() => this.schedule());
    this.resizing.observe(this.plot);
    this.watching = new IntersectionObserver(([entry]) => this.appear(entry.isIntersecting), { rootMargin: "200px" });
    this.watching.observe(this.plot);
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    page.onPreview(
      () => this.record?.key,
      (/** @type {ChartRecord} */ record) => this.show(record),
      signal,
    );
    page.onStep(({ run }) => run === this.record?.run && this.placeCursor(), signal);
    this.canvas.addEventListener("pointerdown", (down) => this.press(down), { signal });
    this.showAllButton.addEventListener("click", () => this.showAll(), { signal });
  }

  /** @param {ChartRecord} record */
  update(record) {
    if (!page.isOutdated(record)) this.show(record);
  }

  /** @param {ChartRecord} record */
  show(record) {
    const { layout } = record.figure;
    this.record = record;
    this.json = JSON.stringify(record.figure);
    // A figure may show a part of its run first, and says so.
    this.range = [...(layout.meta?.whole ?? layout.xaxis.range)];
    this.figure.style.height = `${layout.height}px`;
    this.title.textContent = layout.title?.text ?? "";
    this.plot.setAttribute("aria-label", record.label);
    this.summary.textContent = record.summary;
    this.schedule();
  }

  /** @param {boolean} onScreen */
  appear(onScreen) {
    this.onScreen = onScreen;
    if (onScreen && this.waiting) this.schedule();
  }

  // After the next paint and when nothing else is to do, so that the stage is seen first and a drag never waits for
  // more than one figure. Of several updates before then only the last is drawn; out of sight only the first.
  schedule() {
    this.waiting = true;
    if (this.scheduled || (this.drawn && !this.onScreen)) return;
    this.scheduled = true;
    requestAnimationFrame(() => whenIdle(() => this.draw(), { timeout: DEADLINE }));
  }

  // One drawing at a time: where another begins before Plotly is done with the first, neither is seen.
  async draw() {
    try {
      await this.redraw();
    } catch (error) {
      this.fail(error);
    } finally {
      this.scheduled = false;
    }
    if (this.waiting && !this.disposed) this.schedule();
  }

  async redraw() {
    if (!this.record) return;
    const { plotly: path } = this.record;
    this.plotly = await loadPlotly(path);
    this.waiting = false;
    const { clientWidth: width, clientHeight: height } = this.plot;
    if (this.disposed || !width || !height) return;
    const layout = { ...this.layout(this.record.figure.layout), width, height };
    // What Streamlit sends once the hand has let go is on the screen already.
    const { font, hoverlabel } = layout;
    const appearance = [this.json, width, height, font.family, font.color, hoverlabel.bgcolor].join();
    if (appearance === this.appearance) return;
    await this.plotly.react(this.canvas, this.record.figure.data, layout, CONFIG);
    this.appearance = appearance;
    if (this.disposed) return;
    this.message.textContent = "";
    this.message.removeAttribute("role");
    if (!this.drawn) this.canvas.on?.("plotly_afterplot", () => this.follow());
    this.drawn = true;
    this.follow();
  }

  /**
   * Says that there is no picture. Plotly leaves behind what it has begun, on which no later figure could be drawn
   * either: so that is taken away, and the next one starts anew.
   * @param {unknown} error
   */
  fail(error) {
    this.waiting = false;
    this.appearance = "";
    console.error(error);
    if (this.disposed) return;
    this.plotly?.purge(this.canvas);
    this.canvas.replaceChildren();
    this.drawn = false;
    this.cursor.hidden = true;
    this.showAllButton.hidden = true;
    this.message.setAttribute("role", "alert");
    this.message.textContent = FAILED;
  }

  /**
   * The page's font and colours, and no second title: the heading above is real text, and wraps.
   * @param {Layout} given
   */
  layout(given) {
    const layout = structuredClone(given); // Plotly writes into what it is given
    const css = getComputedStyle(this.figure);
    const font = { ...layout.font, family: css.fontFamily, color: css.color };
    const background = css.getPropertyValue("--st-background-color").trim();
    if (this.showsAll) layout.xaxis.range = [...this.range];
    return {
      ...layout,
      title: undefined,
      font,
      hoverlabel: { ...layout.hoverlabel, font, bgcolor: background || layout.hoverlabel?.bgcolor },
      margin: { ...layout.margin, t: 12 },
      dragmode: coarse.matches ? false : "zoom",
    };
  }

  /** Brings up to date what depends on the part of the run that is shown. */
  follow() {
    const [first, last] = this.canvas._fullLayout?.xaxis?.range ?? this.range;
    this.showAllButton.hidden = first === this.range[0] && last === this.range[1];
    this.placeCursor();
  }

  showAll() {
    this.showsAll = true; // a figure that shows a part first does so no more
    this.plotly?.relayout(this.canvas, { "xaxis.range": [...this.range] });
  }

  placeCursor() {
    const { xaxis, yaxis } = this.canvas._fullLayout ?? {};
    const step = page.shownStep(this.record?.run ?? "");
    this.cursor.hidden = true;
    if (!xaxis?._length || !yaxis || step === undefined) return;
    const left = Math.max(0, xaxis.l2p(step + 0.5));
    const right = Math.min(xaxis._length, xaxis.l2p(step + 1.5));
    const middle = xaxis.l2p(step + 1);
    if (middle < 0 || middle > xaxis._length) return;
    Object.assign(this.cursor.style, {
      left: `${xaxis._offset + left}px`,
      width: `${right - left}px`,
      top: `${yaxis._offset}px`,
      height: `${yaxis._length}px`,
    });
    this.cursor.style.setProperty("--middle", `${middle - left}px`);
    this.cursor.hidden = false;
  }

  /**
   * A press that is let go where it began is a click on that step; one that moves is Plotly's zoom or the page's scroll.
   * @param {PointerEvent} down
   */
  press(down) {
    if (down.button !== 0) return;
    const pressed = new AbortController();
    const options = { signal: pressed.signal, capture: true };
    window.addEventListener("pointercancel", () => pressed.abort(), options);
    window.addEventListener(
      "pointerup",
      (up) => {
        pressed.abort();
        if (Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < CLICK) this.goTo(down);
      },
      options,
    );
  }

  /** @param {PointerEvent} event */
  goTo({ clientX, clientY }) {
    const { xaxis, yaxis } = this.canvas._fullLayout ?? {};
    if (!this.record || !xaxis?._length || !yaxis) return;
    const box = this.canvas.getBoundingClientRect();
    const x = clientX - box.left - xaxis._offset;
    const y = clientY - box.top - yaxis._offset;
    if (x < 0 || x > xaxis._length || y < 0 || y > yaxis._length) return;
    const last = this.range[1] - 0.5;
    page.requestStep(this.record.run, Math.min(Math.max(Math.round(xaxis.p2l(x)), 1), last) - 1);
  }

  dispose() {
    this.disposed = true;
    this.listening.abort();
    this.resizing.disconnect();
    this.watching.disconnect();
    this.plotly?.purge(this.canvas);
  }
}

export default mount(".lstm-chart", (root) => new Chart(root));

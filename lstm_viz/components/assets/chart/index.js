// A Plotly figure on one node that is kept for as long as the chart is on the page.
//
// Events on window join the charts to the stage; neither needs the server:
//   lstm-viz:step {run, step}   from the stage: the step shown has changed; our cursor follows.
//   lstm-viz:goto {run, step}   from a chart: a step was clicked; the stage goes there.
//   lstm-viz:preview {run, charts}   from the stage: what the charts show while a hand drags, by their keys.
// Steps count from 0 in events and from 1 on the axis. window.__lstmViz.steps holds the last step of each run, for
// charts that are mounted later.

import { serverUrl } from "../shared/preview.js";

const steps = ((window.__lstmViz ??= {}).steps ??= {});
window.addEventListener("lstm-viz:step", ({ detail }) => (steps[detail.run] = detail.step));

const charts = new WeakMap();
const coarse = window.matchMedia("(pointer: coarse)");
// "reset": on a phone Plotly takes one tap for two clicks, and would go on to ranges of its own.
const CONFIG = { displayModeBar: false, doubleClick: "reset", showTips: false };
const whenIdle = window.requestIdleCallback ?? ((task) => setTimeout(task, 0));

let plotly;

export default function ({ data, parentElement }) {
  let chart = charts.get(parentElement);
  if (!chart) charts.set(parentElement, (chart = new Chart(parentElement)));
  chart.update(JSON.parse(new TextDecoder().decode(data)));
  return () => {
    // The cleanup of a superseded call comes too, at its own time, before or after the next call: only a chart that has
    // left the page is removed.
    setTimeout(() => {
      if (parentElement.isConnected) return;
      charts.delete(parentElement);
      chart.remove();
    });
  };
}

class Chart {
  scheduled = false;
  waiting = false; // there is something to draw
  drawn = false; // once at least

  constructor(root) {
    const find = (name) => root.querySelector(`.lstm-chart${name}`);
    this.figure = find("");
    this.title = find("-title");
    this.whole = find("-whole");
    this.plot = find("-plot");
    this.canvas = find("-canvas");
    this.cursor = find("-cursor");
    this.message = find("-message");
    this.summary = find("-summary");
    this.summary.id = `chart-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    this.plot.setAttribute("aria-describedby", this.summary.id);
    this.listening = new AbortController();
    const { signal } = this.listening;
    window.addEventListener(
      "lstm-viz:preview",
      ({ detail }) => detail.charts[this.key] && this.show(detail.charts[this.key]),
      { signal },
    );
    window.addEventListener("lstm-viz:step", ({ detail }) => detail.run === this.run && this.placeCursor(), { signal });
    this.canvas.addEventListener("pointerdown", (down) => this.press(down), { signal });
    this.whole.addEventListener("click", () => this.showAll(), { signal });
    this.resizing = new ResizeObserver(() => this.schedule());
    this.resizing.observe(this.plot);
    this.onScreen = true;
    this.watching = new IntersectionObserver(([entry]) => this.appear(entry.isIntersecting), { rootMargin: "200px" });
    this.watching.observe(this.plot);
  }

  /** Takes what Streamlit knows, unless the hand is ahead of it. */
  update(record) {
    const { run, reply } = record;
    if (reply < (window.__lstmViz.hands?.[run]?.awaited ?? 0)) return;
    this.show(record);
  }

  show({ key, run, label, summary, figure, plotly: path }) {
    this.key = key;
    this.run = run;
    this.path = path;
    this.spec = figure;
    this.text = JSON.stringify(figure);
    // A figure may show a part of its run first, and says so.
    this.range = [...(figure.layout.meta?.whole ?? figure.layout.xaxis.range)];
    this.figure.style.height = `${figure.layout.height}px`;
    this.title.textContent = figure.layout.title?.text ?? "";
    this.plot.setAttribute("aria-label", label);
    this.summary.textContent = summary;
    this.schedule();
  }

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
    requestAnimationFrame(() => whenIdle(() => this.draw(), { timeout: 80 }));
  }

  // One drawing at a time: where another begins before Plotly is done with the first, neither is seen.
  async draw() {
    try {
      await this.redraw();
    } finally {
      this.scheduled = false;
    }
    if (this.waiting && !this.removed) this.schedule();
  }

  async redraw() {
    try {
      const { react } = await (plotly ??= load(this.path));
      this.waiting = false;
      const { clientWidth: width, clientHeight: height } = this.plot;
      if (this.removed || !width || !height) return;
      const layout = { ...this.layout(), width, height };
      // What Streamlit sends once the hand has let go is on the screen already.
      const looks = [this.text, width, height, layout.font.family, layout.font.color, layout.hoverlabel.bgcolor].join();
      if (looks === this.looks) return;
      this.looks = looks;
      await react(this.canvas, this.spec.data, layout, CONFIG);
      this.message.textContent = "";
    } catch (error) {
      this.waiting = false;
      this.looks = null;
      console.error(error);
      this.message.setAttribute("role", "alert");
      this.message.textContent =
        "This figure could not be drawn. Reload the page to try again; everything else works without it.";
      return;
    }
    if (this.removed) return;
    if (!this.drawn) {
      this.drawn = true;
      this.canvas.on("plotly_afterplot", () => this.follow());
    }
    this.follow();
  }

  // The page's font and colours, and no second title: the heading above is real text, and wraps.
  layout() {
    const layout = structuredClone(this.spec.layout); // Plotly writes into what it is given
    const css = getComputedStyle(this.figure);
    const font = { ...layout.font, family: css.fontFamily, color: css.color };
    const surface = css.getPropertyValue("--st-background-color").trim();
    if (this.all) layout.xaxis.range = [...this.range];
    return {
      ...layout,
      title: undefined,
      font,
      hoverlabel: { ...layout.hoverlabel, font, bgcolor: surface || layout.hoverlabel?.bgcolor },
      margin: { ...layout.margin, t: 12 },
      dragmode: coarse.matches ? false : "zoom",
    };
  }

  // What depends on the part of the run that is shown.
  follow() {
    const [first, last] = this.canvas._fullLayout?.xaxis?.range ?? this.range;
    this.whole.hidden = first === this.range[0] && last === this.range[1];
    this.placeCursor();
  }

  showAll() {
    this.all = true; // a figure that shows a part first does so no more
    window.Plotly.relayout(this.canvas, { "xaxis.range": [...this.range] });
  }

  placeCursor() {
    const axes = this.canvas._fullLayout;
    const step = steps[this.run];
    this.cursor.hidden = true;
    if (!axes?.xaxis?._length || step === undefined) return;
    const { xaxis, yaxis } = axes;
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

  // A press that is let go where it began is a click on that step; one that moves is Plotly's zoom or the page's scroll.
  press(down) {
    if (down.button !== 0) return;
    const done = new AbortController();
    const options = { signal: done.signal, capture: true };
    window.addEventListener("pointercancel", () => done.abort(), options);
    window.addEventListener(
      "pointerup",
      (up) => {
        done.abort();
        if (Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY) < 5) this.goTo(down);
      },
      options,
    );
  }

  goTo({ clientX, clientY }) {
    const { xaxis, yaxis } = this.canvas._fullLayout ?? {};
    if (!xaxis?._length) return;
    const box = this.canvas.getBoundingClientRect();
    const x = clientX - box.left - xaxis._offset;
    const y = clientY - box.top - yaxis._offset;
    if (x < 0 || x > xaxis._length || y < 0 || y > yaxis._length) return;
    const last = this.range[1] - 0.5;
    const step = Math.min(Math.max(Math.round(xaxis.p2l(x)), 1), last) - 1;
    window.dispatchEvent(new CustomEvent("lstm-viz:goto", { detail: { run: this.run, step } }));
  }

  remove() {
    this.removed = true;
    this.listening.abort();
    this.resizing.disconnect();
    this.watching.disconnect();
    window.Plotly?.purge(this.canvas);
  }
}

// Plotly is one script of our own server, wherever its base path is, and is loaded once a page.
function load(path) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = serverUrl(path);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      script.remove();
      plotly = undefined; // so that the next change tries again
      reject(new Error(`Plotly could not be loaded from ${script.src}`));
    };
    document.head.append(script);
  });
}

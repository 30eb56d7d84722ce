// Measures the page from inside, where a person would see it. Loaded before every page of the browser benchmarks.
//
// All times are milliseconds since the navigation began, like event.timeStamp.
window.probe = (() => {
  const frame = () => new Promise(requestAnimationFrame);

  // Until the frame now being made is on the screen: the task after its animation callbacks comes after its paint.
  const painted = async () => {
    await frame();
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(null);
    });
    return performance.now();
  };

  const stage = () =>
    [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"], [data-testid="stBidiComponentIsolated"] *')]
      .map((node) => node.shadowRoot?.querySelector(".stage"))
      .find(Boolean);
  const canvases = () => [...document.querySelectorAll(".lstm-chart-canvas")];
  const inSight = (node) => {
    const { top, bottom } = node.getBoundingClientRect();
    return top < window.innerHeight && bottom > 0;
  };
  const plotted = (canvas) =>
    canvas.querySelector(".main-svg .trace, .main-svg .barlayer path, .main-svg .scatterlayer path");
  const number = (selector) => stage().querySelector(selector);

  /** When the stage is drawn and all three figures are plotted; NaN after half a minute. */
  async function completed() {
    while (!(stage()?.querySelector(".strip .cell") && canvases().length === 3 && canvases().every(plotted))) {
      if (performance.now() > 30_000) return NaN;
      await frame();
    }
    return painted();
  }

  /** Times every arrow key until the second animation frame after it. */
  function watchSteps() {
    const taken = [];
    window.addEventListener(
      "keydown",
      async ({ key, timeStamp }) => {
        if (!key.startsWith("Arrow")) return;
        await frame();
        await frame();
        taken.push(performance.now() - timeStamp);
      },
      { capture: true },
    );
    return taken;
  }

  /** The time between each two animation frames while `milliseconds` go by, and the steps shown meanwhile. */
  async function frames(milliseconds) {
    const taken = [];
    const shown = new Set();
    const start = await frame();
    for (let last = start, now; last - start < milliseconds; last = now) {
      now = await frame();
      taken.push(now - last);
      shown.add(number(".position").textContent);
    }
    return { taken, shown: shown.size };
  }

  /**
   * Times every input event of a control of the stage: until another number is seen at `selector`, and until all
   * figures in sight are plotted anew.
   */
  function watchEdits(selector) {
    const edits = [];
    const shown = number(selector);
    let text = shown.textContent;
    new MutationObserver(async () => {
      if (shown.textContent === text) return;
      text = shown.textContent;
      const edit = edits.at(-1);
      if (!edit || edit.shown) return;
      edit.shown = -1; // taken by this number; the time follows
      edit.shown = (await painted()) - edit.start;
    }).observe(shown, { childList: true, characterData: true, subtree: true });
    for (const canvas of canvases()) {
      canvas.on("plotly_afterplot", () => {
        const edit = edits.at(-1);
        edit?.missing.delete(canvas);
        if (edit?.missing.size === 0) edit.plotted ??= performance.now() - edit.start;
      });
    }
    stage().addEventListener(
      "input",
      ({ timeStamp }) => edits.push({ start: timeStamp, missing: new Set(canvases().filter(inSight)) }),
      { capture: true },
    );
    return edits;
  }

  /** Until the last edit is seen everywhere, or two seconds have gone by; then `rest` milliseconds more. */
  async function settled(edits, rest) {
    const end = performance.now() + 2000;
    const open = ({ shown, missing }) => !(shown > 0) || missing.size > 0;
    while (performance.now() < end && (edits.length === 0 || open(edits.at(-1)))) await frame();
    await new Promise((resolve) => setTimeout(resolve, rest));
  }

  /** Puts a slider to a place from 0 to 1, as a hand would while it drags. */
  function slide(slider, place) {
    slider.value = Number(slider.min) + place * (slider.max - slider.min);
    slider.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  }

  /** Times every picture in which another number is seen at `selector`. */
  function watchNumber(selector) {
    const times = [];
    new MutationObserver(async () => times.push(await painted())).observe(number(selector), { childList: true });
    return times;
  }

  /** Watches the figures in every frame until `stop`: are they the same nodes, always there, always in one place? */
  function watchFigures() {
    const nodes = () => canvases().map((canvas) => [canvas, canvas.querySelector(".main-svg")]);
    const first = nodes().flat();
    const seen = { frames: 0, replaced: 0, empty: 0, moved: 0, stop: () => (going = false) };
    const place = (canvas) => {
      const { x, y, width, height } = canvas.getBoundingClientRect();
      return [x, y - stage().getBoundingClientRect().y, width, height].map(Math.round).join();
    };
    const places = canvases().map(place);
    let going = true;
    (async () => {
      while (going) {
        await frame();
        seen.frames += 1;
        seen.replaced += nodes()
          .flat()
          .some((node, k) => node !== first[k]);
        seen.empty += canvases().some((canvas) => !canvas.getBoundingClientRect().height || !plotted(canvas));
        seen.moved += canvases().some((canvas, k) => place(canvas) !== places[k]);
      }
    })();
    return seen;
  }

  /**
   * Watches a training in every frame until `stop`: when another update was told, and whether the figures are always
   * the same nodes, and never empty.
   */
  function watchTraining() {
    const figures = () => canvases().map((canvas) => canvas.querySelector(".main-svg"));
    const first = figures();
    const seen = { times: [], frames: 0, replaced: 0, empty: 0, stop: () => (going = false) };
    let told = "";
    let going = true;
    (async () => {
      while (going) {
        await frame();
        const [update] = document.querySelector(".tr-status")?.textContent.match(/Update [\d,]+/) ?? [told];
        if (update !== told) seen.times.push(performance.now());
        told = update;
        seen.frames += 1;
        seen.replaced += first.some((node, k) => node !== figures()[k]);
        seen.empty += canvases().some((canvas) => !canvas.getBoundingClientRect().height || !plotted(canvas));
      }
    })();
    return seen;
  }

  /** What a person has set in a figure: the range of its steps, and the names of what is hidden. */
  function view(k) {
    const { _fullLayout: layout, _fullData: traces } = canvases()[k];
    const hidden = traces.filter((trace) => trace.visible === "legendonly").map((trace) => trace.name);
    return JSON.stringify([layout.xaxis.range.map((end) => end.toFixed(3)), hidden]);
  }

  return {
    stage,
    completed: completed(),
    watchSteps,
    frames,
    watchEdits,
    settled,
    slide,
    watchNumber,
    watchFigures,
    watchTraining,
    view,
  };
})();

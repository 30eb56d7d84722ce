import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import * as page from "../../lstm_viz/components/assets/shared/page.js";

const RECORD = { run: "run", origin: "preset", steps: 8, opening: 5 };

class FakeWindow extends EventTarget {
  /** @param {string} href */
  constructor(href) {
    super();
    this.location = new URL(href);
    this.written = href;
    this.history = {
      state: null,
      /** @type {(state: unknown, title: string, url: URL) => void} */
      replaceState: (_state, _title, url) => {
        this.written = url.href;
      },
    };
  }
}

/** @param {string} query */
function open(query) {
  const window = new FakeWindow(`http://example.org/cell${query}`);
  Object.assign(globalThis, { window });
  return window;
}

beforeEach(() => {
  open("");
});

test("a run opens on the step of the address, counted from 1 there", () => {
  open("?step=3");
  assert.equal(page.openingStep(RECORD), 2);
});

test("a step that the run does not have is not opened on", () => {
  for (const step of ["0", "9", "-1", "x", ""]) {
    open(`?step=${step}`);
    assert.equal(page.openingStep({ ...RECORD, run: "never shown" }), 5, step);
  }
});

test("without one it opens on the step that was shown before, if it is the same run", () => {
  page.announceStep("run", 6, "preset");
  assert.equal(page.openingStep(RECORD), 6);
  assert.equal(page.openingStep({ ...RECORD, steps: 4 }), 3);
  assert.equal(page.openingStep({ ...RECORD, origin: "another" }), 5);
  assert.equal(page.openingStep({ ...RECORD, run: "another" }), 5);
});

test("who shows a run does not forget what it is of where another component tells its step", () => {
  page.announceStep("shared", 6, "preset");
  page.announceStep("shared", 2);
  assert.equal(page.openingStep({ ...RECORD, run: "shared" }), 2);
});

test("the step is written into the address and nothing else of it is changed", () => {
  const window = open("?preset=latch&step=3#top");
  page.writeStep(6);
  assert.equal(window.written, "http://example.org/cell?preset=latch&step=7#top");
});

test("steps that are shown, and asked for, are heard until the listener has left", () => {
  const leaving = new AbortController();
  /** @type {unknown[]} */
  const heard = [];
  page.onStep((detail) => heard.push(detail), leaving.signal);
  page.onStepRequest((detail) => heard.push(detail), leaving.signal);
  page.announceStep("run", 1, "preset");
  page.requestStep("run", 2);
  leaving.abort();
  page.announceStep("run", 3, "preset");
  assert.deepEqual(heard, [
    { run: "run", step: 1 },
    { run: "run", step: 2 },
  ]);
  assert.equal(page.shownStep("run"), 3);
});

test("a preview reaches the component that it is of, by the key that this has now", () => {
  /** @type {string | undefined} */
  let key;
  /** @type {unknown[]} */
  const heard = [];
  page.onPreview(
    () => key,
    (record) => heard.push(record),
    new AbortController().signal,
  );
  page.announcePreviews({ chart: { value: 1 } });
  key = "chart";
  page.announcePreviews({ chart: { value: 2 }, other: { value: 3 } });
  page.announcePreviews({ other: { value: 4 } });
  assert.deepEqual(heard, [{ value: 2 }]);
});

test("what Streamlit sends is outdated while it does not know what the editor shows", () => {
  const editor = { awaited: 5 };
  page.registerEditor("run", editor);
  assert.equal(page.isOutdated({ run: "run", reply: 4 }), true);
  assert.equal(page.isOutdated({ run: "run", reply: 5 }), false);
  assert.equal(page.isOutdated({ run: "another", reply: 4 }), false);
  assert.equal(page.isOutdated({ run: "run" }), false, "what answers no edits is never outdated");
  page.unregisterEditor({ awaited: 9 });
  assert.equal(page.isOutdated({ run: "run", reply: 4 }), true);
  page.unregisterEditor(editor);
  assert.equal(page.isOutdated({ run: "run", reply: 4 }), false);
});

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Editor } from "../../lstm_viz/components/assets/shared/editor.js";
import { isOutdated } from "../../lstm_viz/components/assets/shared/page.js";
import { settled, stopClock } from "./clock.js";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{value: number, reply: number, home: string, run: string, preview?: string, link?: Record<string, string>}} Rec */

const COMMITTED = { value: 0, reply: 0, home: "cell", run: "run", preview: "/preview", link: { value: "0" } };

beforeEach(() => Object.assign(globalThis, { window: new EventTarget() }));

/**
 * An editor on a page, what it draws, sends and asks.
 * @param {TestContext} t
 */
function opened(t) {
  const pass = stopClock(t);
  /** @type {any[]} */
  const asked = [];
  let answer = () => Response.json({ record: { value: 0.5 }, components: { chart: { key: "chart" } } });
  t.mock.method(globalThis, "fetch", async (/** @type {string} */ _, /** @type {{body: string}} */ { body }) => {
    asked.push(JSON.parse(body));
    return answer();
  });
  /** @type {number[]} */
  const drawn = [];
  /** @type {[string, any][]} */
  const sent = [];
  /** @type {Editor<Rec>} */
  const editor = new Editor({
    draw: ({ value }) => drawn.push(value),
    context: () => ({ dark: false, unit: 1 }),
    canPreview: ({ text }) => text === undefined,
  });
  /** @param {Partial<Rec>} [changes] */
  const commit = (changes) =>
    editor.commit({ ...COMMITTED, ...changes }, (name, message) => sent.push([name, message]));
  /** @param {() => Response} other */
  const answerWith = (other) => {
    answer = other;
  };
  commit();
  return { editor, drawn, sent, asked, commit, pass, answerWith };
}

test("while a hand drags our own route is asked, and Streamlit is told once it lets go", async (t) => {
  const { editor, drawn, sent, asked } = opened(t);
  editor.edit("f", { value: 0.5 }, false);
  assert.deepEqual(asked, [{ run: { value: "0" }, edits: [{ value: 0.5, done: false }], dark: false, unit: 1 }]);
  await settled();
  assert.deepEqual(drawn, [0, 0.5]);
  assert.equal(sent.length, 0);
  editor.edit("f", { value: 0.5 }, true);
  assert.equal(sent.length, 1);
  assert.deepEqual(sent[0][1].edits, [{ value: 0.5, done: true }]);
});

test("what Streamlit has committed does not push back a picture that is newer", async (t) => {
  const { editor, drawn, sent, commit } = opened(t);
  editor.edit("f", { value: 0.5 }, true);
  await settled();
  assert.equal(commit({ value: 0.1 }), false);
  assert.equal(drawn.at(-1), 0.5);
  assert.equal(isOutdated({ run: "run", reply: 0 }), true);
  assert.equal(isOutdated({ run: "run", reply: sent[0][1].id }), false);
  assert.equal(commit({ value: 0.5, reply: sent[0][1].id }), true);
  assert.equal(editor.pending, false);
  assert.equal(isOutdated({ run: "run", reply: 0 }), false);
});

test("an editor without previews leaves those of another on the page alone", async (t) => {
  const { editor } = opened(t);
  editor.edit("f", { value: 0.5 }, true);
  await settled();
  /** @type {Editor<Rec>} */
  const other = new Editor({ draw: () => undefined, context: () => ({ dark: false }) });
  other.commit({ ...COMMITTED, preview: undefined }, () => undefined);
  assert.equal(isOutdated({ run: "run", reply: 0 }), true);
});

test("what is older than a preview of another component is not drawn, but answers edits", async (t) => {
  const { editor, sent } = opened(t);
  editor.edit("f", { value: 0.5 }, true);
  await settled();
  /** @type {number[]} */
  const drawn = [];
  /** @type {any[]} */
  const units = [];
  /** @type {Editor<Rec & {page_reply: number}>} */
  const other = new Editor({ draw: ({ value }) => drawn.push(value), context: () => ({ dark: false }) });
  const record = { ...COMMITTED, preview: undefined };
  const commit = (/** @type {object} */ changes) =>
    other.commit({ ...record, page_reply: 0, ...changes }, (_, message) => units.push(message));
  assert.equal(commit({ value: 1 }), true, "there is nothing on the screen yet");
  other.edit("unit", { unit: 1 }, true);
  assert.equal(commit({ value: 2, reply: units[0].id }), false);
  assert.equal(other.pending, false);
  assert.equal(commit({ value: 3, reply: units[0].id, page_reply: sent[0][1].id }), true);
  assert.deepEqual(drawn, [1, 3]);
});

test("something else that is being edited is drawn at once", async (t) => {
  const { editor, drawn, commit } = opened(t);
  editor.edit("f", { value: 0.5 }, false);
  await settled();
  assert.equal(commit({ value: 7, home: "another cell" }), true);
  assert.equal(drawn.at(-1), 7);
});

test("the other components of the page get their part of an answer", async (t) => {
  const { editor } = opened(t);
  /** @type {unknown[]} */
  const announced = [];
  window.addEventListener("lstm-viz:preview", (event) => announced.push(/** @type {CustomEvent} */ (event).detail));
  editor.edit("f", { value: 0.5 }, false);
  await settled();
  assert.deepEqual(announced, [{ components: { chart: { key: "chart" } } }]);
});

test("what the route cannot answer goes to Streamlit", (t) => {
  const { editor, sent, asked } = opened(t);
  editor.edit("lines", { text: "1 0" }, false);
  assert.equal(asked.length, 0);
  assert.equal(sent.length, 1);
});

test("without a route every move goes to Streamlit", (t) => {
  const { editor, sent, asked, commit } = opened(t);
  commit({ preview: undefined });
  editor.edit("f", { value: 0.5 }, false);
  assert.equal(asked.length, 0);
  assert.equal(sent.length, 1);
});

test("where the route cannot be reached the moves so far go to Streamlit, and later ones at once", async (t) => {
  const { editor, sent, asked, answerWith, commit } = opened(t);
  answerWith(() => new Response("", { status: 404 }));
  editor.edit("f", { value: 0.5 }, false);
  await settled();
  assert.equal(sent.length, 1);
  commit({ reply: sent[0][1].id });
  editor.edit("f", { value: 0.6 }, false);
  assert.equal(sent.length, 2);
  assert.equal(asked.length, 1);
});

test("where the route is busy Streamlit is told once the hand rests", async (t) => {
  const { editor, drawn, sent, answerWith, pass } = opened(t);
  answerWith(() => new Response("", { status: 503, headers: { "Retry-After": "1" } }));
  editor.edit("f", { value: 0.5 }, false);
  await settled();
  assert.deepEqual([drawn, sent.length], [[0], 0]);
  await pass(600);
  assert.equal(sent.length, 1);
});

test("a component that has left the page neither sends nor draws", async (t) => {
  const { editor, drawn, sent, pass } = opened(t);
  editor.edit("f", { value: 0.5 }, false);
  await settled();
  editor.edit("f", { value: 0.6 }, false);
  assert.equal(isOutdated({ run: "run", reply: 0 }), true);
  editor.dispose();
  await pass(5000);
  assert.deepEqual([drawn, sent], [[0, 0.5], []]);
  assert.equal(isOutdated({ run: "run", reply: 0 }), false);
});

test("undo goes to Streamlit by itself", (t) => {
  const { editor, sent } = opened(t);
  editor.history("undo");
  assert.deepEqual(sent, [["history", "undo"]]);
});

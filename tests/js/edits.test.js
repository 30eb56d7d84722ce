import assert from "node:assert/strict";
import { test } from "node:test";

import { EditQueue } from "../../lstm_viz/components/assets/shared/edits.js";
import { stopClock } from "./clock.js";

/** @typedef {import("../../lstm_viz/components/assets/shared/edits.js").EditMessage} EditMessage */

/**
 * A queue that Streamlit has opened, and what it sends.
 * @param {string} [home]
 */
function opened(home) {
  const queue = new EditQueue();
  /** @type {EditMessage[]} */
  const sent = [];
  /** @type {(name: string, message: unknown) => void} */
  const send = (_, message) => sent.push(/** @type {EditMessage} */ (message));
  /** @param {number} [reply] */
  const acknowledge = (reply = sent.at(-1)?.id) => queue.acknowledge({ reply, home }, send);
  queue.acknowledge({ reply: 0, home }, send);
  /**
   * @param {string} control
   * @param {number} value
   * @param {boolean} [done]
   */
  const push = (control, value, done = false) => {
    queue.add(control, { value }, done);
    queue.flush();
  };
  return { queue, sent, send, acknowledge, push };
}

/** @param {EditMessage | undefined} message */
const values = (message) => message?.edits.map(({ value }) => value);

test("the first edit leaves at once", (t) => {
  stopClock(t);
  const { queue, sent, push } = opened("a cell");
  push("f", 1, true);
  assert.deepEqual(sent, [{ id: sent[0].id, home: "a cell", edits: [{ value: 1, done: true }] }]);
  assert.equal(queue.pending, true);
  assert.equal(queue.awaited, sent[0].id);
});

test("while a message is under way, later moves of a control replace each other", (t) => {
  stopClock(t);
  const { queue, sent, acknowledge, push } = opened();
  for (const value of [1, 2, 3]) push("f", value);
  push("i", 7);
  push("f", 4);
  assert.equal(sent.length, 1);
  assert.equal(queue.awaited, Number.POSITIVE_INFINITY);
  acknowledge();
  // The one of the control that was moved last comes last.
  assert.deepEqual(sent.map(values), [[1], [7, 4]]);
  acknowledge();
  assert.equal(queue.pending, false);
  assert.deepEqual(queue.edits, []);
});

test("that a hand has let go is not lost to a later move", (t) => {
  stopClock(t);
  const { sent, acknowledge, push } = opened();
  push("f", 1);
  push("f", 2, true);
  push("f", 3, false);
  acknowledge();
  assert.deepEqual(sent[1].edits, [{ value: 3, done: true }]);
});

test("an answer that was given before the message does not count", (t) => {
  stopClock(t);
  const { queue, sent, acknowledge, push } = opened();
  push("f", 1);
  push("f", 2);
  acknowledge(sent[0].id - 1);
  assert.equal(sent.length, 1);
  assert.equal(queue.pending, true);
});

test("what was never answered goes along with the next message", async (t) => {
  const pass = stopClock(t);
  const { sent, push } = opened();
  push("f", 1, true);
  push("i", 2, true);
  await pass(1400);
  assert.equal(sent.length, 1);
  await pass(1700);
  assert.deepEqual(sent.map(values), [[1], [1, 2]]);
});

test("an answer that comes too late is of another connection: what it does not know of is given up", async (t) => {
  const pass = stopClock(t);
  const { queue, acknowledge, push } = opened();
  push("f", 1, true);
  await pass(1600);
  acknowledge(0);
  assert.equal(queue.pending, false);
});

test("edits of something that has been replaced are dropped", (t) => {
  stopClock(t);
  const { queue, sent, send, push } = opened("a cell");
  push("f", 1);
  push("f", 2);
  queue.acknowledge({ reply: sent[0].id, home: "another" }, send);
  assert.equal(sent.length, 1);
  assert.equal(queue.pending, false);
});

test("a hand that does not let go is taken to rest after a while", async (t) => {
  const pass = stopClock(t);
  const { queue, sent } = opened();
  for (const value of [1, 2, 3]) {
    queue.add("f", { value }, false);
    queue.flushAtRest();
    await pass(500);
  }
  assert.equal(sent.length, 0);
  await pass(200);
  assert.deepEqual(sent.map(values), [[3]]);
});

test("a message never holds more edits than the server takes, and keeps the newest", (t) => {
  stopClock(t);
  const { sent, acknowledge, push } = opened();
  push("first", 0);
  for (let k = 1; k <= 150; k++) push(`control ${k}`, k);
  acknowledge();
  assert.equal(sent[1].edits.length, 100);
  assert.equal(sent[1].edits.at(-1)?.value, 150);
});

test("ids grow, across reloads of the page too", async (t) => {
  const pass = stopClock(t);
  const before = opened();
  before.push("f", 1);
  before.acknowledge();
  before.push("f", 2);
  await pass(100);
  const after = opened();
  after.push("f", 3);
  const ids = [...before.sent, ...after.sent].map(({ id }) => id);
  assert.deepEqual(
    [...ids].sort((a, b) => a - b),
    ids,
  );
  assert.equal(new Set(ids).size, 3);
});

test("whoever waits until all is settled waits for the answer, but not for ever", async (t) => {
  const pass = stopClock(t);
  const { queue, acknowledge, push } = opened();
  let done = 0;
  const wait = async () => {
    await queue.settled();
    done += 1;
  };
  push("f", 1, true);
  wait();
  await pass(100);
  acknowledge();
  await pass(50);
  assert.equal(done, 0, "the address follows");
  await pass(150);
  assert.equal(done, 1);
  push("f", 2, true);
  wait();
  for (let k = 0; k < 40; k++) await pass(50);
  assert.equal(done, 2);
});

test("nothing is sent once the component has left the page", async (t) => {
  const pass = stopClock(t);
  const { queue, sent } = opened();
  queue.add("f", { value: 1 }, false);
  queue.flushAtRest();
  queue.dispose();
  await pass(5000);
  assert.equal(sent.length, 0);
});

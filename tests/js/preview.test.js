import assert from "node:assert/strict";
import { test } from "node:test";

import { PreviewClient } from "../../lstm_viz/components/assets/shared/preview.js";
import { settled, stopClock } from "./clock.js";

/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {import("../../lstm_viz/components/assets/shared/preview.js").PreviewAnswer} PreviewAnswer */

const PATH = "/lstm-viz/preview/cell";

/**
 * A client whose questions a test answers by hand. A question is the number of the move it was asked for.
 * @param {TestContext} t
 */
function client(t) {
  /** @type {{url: string, question: any, reply: (response: Response) => Promise<void>, fail: () => Promise<void>}[]} */
  const asked = [];
  t.mock.method(globalThis, "fetch", (/** @type {string} */ url, /** @type {{body: string}} */ { body }) => {
    return new Promise((resolve, reject) => {
      asked.push({
        url,
        question: JSON.parse(body),
        reply: async (response) => {
          resolve(response);
          await settled();
        },
        fail: async () => {
          reject(new TypeError("Failed to fetch"));
          await settled();
        },
      });
    });
  });
  /** @type {PreviewAnswer[]} */
  const shown = [];
  const state = { move: 0, failures: 0 };
  const preview = new PreviewClient({
    question: () => ({ run: {}, edits: [], dark: false, move: state.move }),
    answer: (answer) => shown.push(answer),
    failure: () => {
      state.failures += 1;
    },
  });
  const move = () => {
    state.move += 1;
    return preview.ask(PATH);
  };
  return { preview, asked, shown, state, move };
}

/** @param {number} of */
const answer = (of) => Response.json({ record: { of }, components: {} });

/** @param {string} [retryAfter] */
const busy = (retryAfter) =>
  new Response("busy", { status: 503, headers: retryAfter ? { "Retry-After": retryAfter } : {} });

test("a question is posted to the route, and its answer is shown", async (t) => {
  stopClock(t);
  const { asked, shown, move } = client(t);
  assert.equal(move(), true);
  assert.ok(asked[0].url.endsWith(PATH));
  assert.deepEqual(asked[0].question, { run: {}, edits: [], dark: false, move: 1 });
  await asked[0].reply(answer(1));
  assert.deepEqual(shown, [{ record: { of: 1 }, components: {} }]);
});

test("one question is under way at a time, and of those that come meanwhile only the newest is asked", async (t) => {
  stopClock(t);
  const { asked, shown, move } = client(t);
  for (let k = 0; k < 5; k++) move();
  assert.equal(asked.length, 1);
  await asked[0].reply(answer(1));
  assert.deepEqual(
    asked.map(({ question }) => question.move),
    [1, 5],
  );
  await asked[1].reply(answer(5));
  assert.deepEqual(
    shown.map(({ record }) => record),
    [{ of: 1 }, { of: 5 }],
  );
  assert.equal(asked.length, 2);
});

test("the answer to a question that was forgotten is not shown", async (t) => {
  stopClock(t);
  const { preview, asked, shown, move } = client(t);
  move();
  move();
  preview.forget();
  await asked[0].reply(answer(1));
  assert.deepEqual(shown, []);
  assert.equal(asked.length, 1);
  move();
  await asked[1].reply(answer(3));
  assert.equal(shown.length, 1);
});

test("what the server refuses is not shown, and the next question is asked", async (t) => {
  stopClock(t);
  const { asked, shown, state, move } = client(t);
  move();
  await asked[0].reply(new Response("value must be a number", { status: 400 }));
  assert.deepEqual([shown.length, state.failures], [0, 0]);
  assert.equal(move(), true);
  assert.equal(asked.length, 2);
});

test("without a route, edits go another way", (t) => {
  const { preview, asked } = client(t);
  assert.equal(preview.ask(undefined), false);
  assert.equal(preview.ask(""), false);
  assert.equal(asked.length, 0);
});

for (const [name, end] of /** @type {const} */ ([
  ["cannot be reached", "fail"],
  ["has no such route", "reply"],
])) {
  test(`a server that ${name} is left alone for ten seconds`, async (t) => {
    const pass = stopClock(t);
    const { asked, state, move } = client(t);
    move();
    move();
    if (end === "fail") await asked[0].fail();
    else await asked[0].reply(new Response("", { status: 404 }));
    assert.equal(state.failures, 1);
    assert.equal(asked.length, 1);
    await pass(9000);
    assert.equal(move(), false);
    await pass(1000);
    assert.equal(move(), true);
    assert.equal(asked.length, 2);
  });
}

test("that a forgotten question was not answered concerns nobody", async (t) => {
  stopClock(t);
  const { preview, asked, state, move } = client(t);
  move();
  preview.forget();
  await asked[0].fail();
  assert.equal(state.failures, 0);
});

test("a question carries a time limit", async (t) => {
  const { preview } = client(t);
  /** @type {AbortSignal | undefined} */
  let signal;
  t.mock.method(globalThis, "fetch", (/** @type {string} */ _, /** @type {RequestInit} */ options) => {
    signal = options.signal ?? undefined;
    return Promise.resolve(answer(1));
  });
  preview.ask(PATH);
  await settled();
  assert.ok(signal instanceof AbortSignal);
});

test("a busy server is asked again after the pause that it asks for, and then the newest question", async (t) => {
  const pass = stopClock(t);
  t.mock.method(Math, "random", () => 0.5);
  const { asked, shown, state, move } = client(t);
  move();
  await asked[0].reply(busy("1"));
  assert.deepEqual([shown.length, state.failures], [0, 0]);
  assert.equal(move(), true);
  move();
  await pass(1400);
  assert.equal(asked.length, 1);
  await pass(200);
  assert.deepEqual(
    asked.map(({ question }) => question.move),
    [1, 3],
  );
  await asked[1].reply(answer(3));
  assert.equal(shown.length, 1);
});

test("a busy server that names no pause is asked again all the same", async (t) => {
  const pass = stopClock(t);
  const { asked, shown, move } = client(t);
  move();
  for (let k = 0; k < 3; k++) {
    await asked[k].reply(busy());
    await pass(1000);
  }
  assert.equal(asked.length, 4);
  await asked[3].reply(answer(1));
  assert.equal(shown.length, 1);
});

test("a question that was forgotten while the server was busy is not asked again", async (t) => {
  const pass = stopClock(t);
  const { preview, asked, move } = client(t);
  move();
  await asked[0].reply(busy("1"));
  preview.forget();
  await pass(5000);
  assert.equal(asked.length, 1);
  move();
  assert.equal(asked.length, 2);
});

import assert from "node:assert/strict";
import { test } from "node:test";

import { mount } from "../../lstm_viz/components/assets/shared/mount.js";
import { stopClock } from "./clock.js";

class FakeElement {
  isConnected = true;
  /** @type {FakeElement | null} */
  root = null;

  querySelector() {
    return this.root;
  }
}

/** A page of Streamlit with one place for a component, and what the component has been told. */
function page() {
  Object.assign(globalThis, { HTMLElement: FakeElement });
  const parent = new FakeElement();
  parent.root = new FakeElement();
  /** @type {string[]} */
  const told = [];
  let made = 0;
  const component = mount(".root", () => {
    made += 1;
    const name = made;
    return {
      update: (/** @type {{value: number}} */ { value }) => told.push(`${name}: ${value}`),
      dispose: () => told.push(`${name}: disposed`),
    };
  });
  /** @param {number} value */
  const call = (value) =>
    component({
      data: new TextEncoder().encode(JSON.stringify({ value })),
      parentElement: /** @type {HTMLElement} */ (/** @type {unknown} */ (parent)),
      setTriggerValue: () => undefined,
    });
  return { parent, told, call };
}

test("a component is made once, and told of every change", (t) => {
  stopClock(t);
  const { told, call } = page();
  call(1);
  call(2);
  assert.deepEqual(told, ["1: 1", "1: 2"]);
});

test("a cleanup of a call that another follows, before it or after it, disposes of nothing", async (t) => {
  const pass = stopClock(t);
  const { told, call } = page();
  const first = call(1);
  first();
  const second = call(2);
  await pass(0);
  call(3);
  second();
  await pass(0);
  assert.deepEqual(told, ["1: 1", "1: 2", "1: 3"]);
});

test("a component that has left the page is disposed of once, however many cleanups come", async (t) => {
  const pass = stopClock(t);
  const { parent, told, call } = page();
  const cleanups = [call(1), call(2)];
  parent.isConnected = false;
  for (const cleanup of cleanups) cleanup();
  await pass(0);
  assert.deepEqual(told, ["1: 1", "1: 2", "1: disposed"]);
});

test("a parent that comes back gets a new component, which an old cleanup leaves alone", async (t) => {
  const pass = stopClock(t);
  const { parent, told, call } = page();
  const first = call(1);
  parent.isConnected = false;
  first();
  await pass(0);
  parent.isConnected = true;
  const second = call(2);
  parent.isConnected = false;
  first();
  await pass(0);
  assert.deepEqual(told, ["1: 1", "1: disposed", "2: 2"]);
  second();
  await pass(0);
  assert.equal(told.at(-1), "2: disposed");
});

test("HTML without the root of the component is an error that says so", () => {
  const { parent, call } = page();
  parent.root = null;
  assert.throws(() => call(1), /no element \.root/);
});

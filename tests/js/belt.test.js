import assert from "node:assert/strict";
import { test } from "node:test";

import {
  beltWidth,
  layoutOf,
  placesOf,
  streamRoom,
  streamWidth,
} from "../../lstm_viz/components/assets/belt/layout.js";

const WORDS = 7;

test("the sentence runs to the right where there is room, and downwards on a phone", () => {
  assert.equal(layoutOf(1000, WORDS).down, false);
  assert.equal(layoutOf(620, WORDS).down, false);
  assert.equal(layoutOf(340, WORDS).down, true);
});

test("the picture is never wider than its place", () => {
  for (const width of [320, 390, 600, 826, 880, 1016, 1500]) assert.ok(layoutOf(width, WORDS).width <= width);
});

test("a word's valve, the place where its stream joins and the next valve follow each other", () => {
  for (const width of [340, 826, 1100]) {
    const layout = layoutOf(width, WORDS);
    const along = Array.from({ length: WORDS }, (_, word) => placesOf(layout, word)).flatMap(({ valve, join }) => [
      valve,
      join,
    ]);
    const radius = layout.down ? layout.radius : layout.radius + 12;
    for (let k = 1; k < along.length; k++) assert.ok(along[k] - along[k - 1] > radius, `${width} px: ${along}`);
    assert.ok(along[along.length - 1] < (layout.down ? layout.height : layout.width));
  }
});

test("the belt is as thick as the memory is large, and never thicker than its room", () => {
  for (const width of [340, 1000]) {
    const layout = layoutOf(width, WORDS);
    assert.equal(beltWidth(0, layout), 0);
    assert.ok(beltWidth(0.0001, layout) > 1);
    assert.equal(beltWidth(-0.8, layout), beltWidth(0.8, layout));
    assert.equal(beltWidth(0.8, layout), 2 * beltWidth(0.4, layout));
    assert.ok(beltWidth(40, layout) < 2 * layout.half + 1e-9);
  }
});

test("what is written is as thick as what is read where the input gate is open", () => {
  const layout = layoutOf(1000, WORDS);
  assert.equal(streamWidth(1, layout), 2 * streamRoom(layout));
  assert.equal(streamWidth(0.5, layout), streamWidth(-0.5, layout));
});

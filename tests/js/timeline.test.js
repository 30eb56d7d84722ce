import assert from "node:assert/strict";
import { test } from "node:test";

import { nearestFrame, positionOf } from "../../lstm_viz/components/assets/timeline/index.js";
import { frameTime } from "../../lstm_viz/components/assets/timeline/player.js";
import { changes, firstShown } from "../../lstm_viz/components/assets/timeline/transcript.js";

test("the frame of an update is the nearest that there is", () => {
  const frames = [0, 10, 40, 120].map((update) => ({ update }));
  for (const [update, frame] of [
    [0, 0],
    [4, 0],
    [9, 1],
    [24, 1],
    [26, 2],
    [5000, 3],
  ]) {
    assert.equal(nearestFrame(frames, update), frame, String(update));
  }
});

test("an update is said as people count", () => {
  assert.equal(positionOf(0), "before training");
  assert.equal(positionOf(1), "after 1 update");
  assert.equal(positionOf(2), "after 2 updates");
  assert.equal(positionOf(12000), "after 12,000 updates");
});

test("a training plays in six seconds, or faster where it has few frames", () => {
  assert.equal(frameTime(30), 200);
  assert.equal(frameTime(2), 400);
});

test("a word is coloured by how far it moves the memory, which begins at zero", () => {
  assert.deepEqual(changes([1, 3, 2]), [1, 2, -1]);
});

test("of a long text the words around the step are shown", () => {
  assert.equal(firstShown(0, 200), 0);
  assert.equal(firstShown(100, 200), 70);
  assert.equal(firstShown(199, 200), 140);
  assert.equal(firstShown(10, 20), 0);
});

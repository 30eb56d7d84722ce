import assert from "node:assert/strict";
import { test } from "node:test";

import { parts } from "../../lstm_viz/components/assets/coach/text.js";

test("italics and bold are told apart from plain words", () => {
  assert.deepEqual(parts("The **forget gate** *f* keeps"), [
    { kind: "plain", text: "The " },
    { kind: "b", text: "forget gate" },
    { kind: "plain", text: " " },
    { kind: "i", text: "f" },
    { kind: "plain", text: " keeps" },
  ]);
});

test("a text without marks is one part, and markup of any other kind is text", () => {
  assert.deepEqual(parts("2 < 3 & <b>not bold</b>"), [{ kind: "plain", text: "2 < 3 & <b>not bold</b>" }]);
  assert.deepEqual(parts(""), []);
});

test("a lone star is a star", () => {
  assert.deepEqual(parts("2 * 3"), [{ kind: "plain", text: "2 * 3" }]);
});

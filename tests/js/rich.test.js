import assert from "node:assert/strict";
import { test } from "node:test";

import { pieces } from "../../lstm_viz/components/assets/shared/rich.js";

test("a text is symbols, bold words and words", () => {
  assert.deepEqual(pieces("**Solved.** *C* is *f*·*C̃*, 2 * 3"), [
    { text: "Solved.", kind: "bold" },
    { text: " ", kind: "words" },
    { text: "C", kind: "symbol" },
    { text: " is ", kind: "words" },
    { text: "f", kind: "symbol" },
    { text: "·", kind: "words" },
    { text: "C̃", kind: "symbol" },
    { text: ", 2 * 3", kind: "words" },
  ]);
  assert.deepEqual(pieces(""), []);
});

test("markup of any other kind is text, and a lone star is a star", () => {
  for (const text of ["2 < 3 & <b>not bold</b>", "2 * 3"]) assert.deepEqual(pieces(text), [{ text, kind: "words" }]);
});

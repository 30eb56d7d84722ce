import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { heatColour, isDark, luminance, mix, PALETTES } from "../../lstm_viz/components/assets/shared/colour.js";

const THEME = readFileSync(new URL("../../lstm_viz/components/assets/shared/theme.css", import.meta.url), "utf8");
const HUE = "#007a59";

/** @param {string} css */
const rgb = (css) => (css.match(/\d+/g) ?? []).map(Number);

/**
 * Contrast as WCAG 2.2 defines it.
 * @param {string} background As rgb(...).
 * @param {string} text #000 or #fff.
 */
function contrast(background, text) {
  const ground = luminance(rgb(background));
  return text === "#000" ? (ground + 0.05) / 0.05 : 1.05 / (ground + 0.05);
}

test("mixing goes from one colour to the other, and no further", () => {
  assert.equal(mix("#000000", "#ff8000", 0).background, "rgb(0 0 0)");
  assert.equal(mix("#000000", "#ff8000", 0.5).background, "rgb(128 64 0)");
  assert.equal(mix("#000000", "#ff8000", 1).background, "rgb(255 128 0)");
  assert.equal(mix("#000000", "#ff8000", 7).background, "rgb(255 128 0)");
  assert.equal(mix("#000000", "#ff8000", -7).background, "rgb(0 0 0)");
});

test("text can be read on every colour of both themes", () => {
  for (const dark of [false, true]) {
    for (let value = -1; value <= 1; value += 0.01) {
      for (const full of [null, 1]) {
        const { background, text } = heatColour(value, { full, hue: HUE, dark });
        assert.ok(contrast(background, text) >= 4.5, `${value} of ${full}: ${text} on ${background}`);
      }
    }
  }
});

test("a gate takes its own colour, what has a sign one of two", () => {
  const gate = { full: null, hue: HUE, dark: false };
  const state = { full: 2, hue: HUE, dark: false };
  const { zero, negative, positive } = PALETTES.light;
  assert.deepEqual(heatColour(0, gate), mix(zero.strip, HUE, 0));
  assert.deepEqual(heatColour(1, gate), mix(zero.strip, HUE, 1));
  assert.deepEqual(heatColour(-2, state), mix(zero.strip, negative, 1));
  assert.deepEqual(heatColour(1, state), mix(zero.strip, positive, 0.5));
  assert.deepEqual(heatColour(1, state, "text"), mix(zero.text, positive, 0.5));
});

test("a quantity that is zero throughout has the colour of zero", () => {
  assert.deepEqual(heatColour(0, { full: 0, hue: HUE, dark: true }), mix(PALETTES.dark.zero.strip, HUE, 0));
});

test("a page is dark or light by its background, however that is written", () => {
  for (const css of ["#ffffff", " #f0f2f6 ", "rgb(255, 255, 255)", "rgba(240, 242, 246, 1)"]) {
    assert.equal(isDark(css), false, css);
  }
  for (const css of ["#0e1117", "rgb(14, 17, 23)", "rgb(14 17 23)"]) assert.equal(isDark(css), true, css);
  assert.equal(isDark("transparent"), false);
});

test("the diagram and the strips have the same colours", () => {
  for (const [theme, selector] of /** @type {const} */ ([
    ["light", ":host,"],
    ["dark", ".themed.dark"],
  ])) {
    const rules = THEME.slice(THEME.indexOf(selector));
    for (const name of /** @type {const} */ (["negative", "positive"])) {
      assert.equal(rules.match(`--${name}: (#\\w+)`)?.[1], PALETTES[theme][name], `${name}, ${theme}`);
    }
  }
});

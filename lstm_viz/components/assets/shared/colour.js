// Colours of heat strips: a scale for gates and one for what has a sign, and text that stays readable on both.

/**
 * What zero looks like, and what is fully negative and fully positive. The last two are also in theme.css, for the
 * diagram; a test compares them.
 */
export const PALETTES = {
  light: { zero: { strip: "#f3f5f8", text: "#ffffff" }, negative: "#5b5fc7", positive: "#c8890b" },
  dark: { zero: { strip: "#1d242e", text: "#161b22" }, negative: "#8c90f2", positive: "#e3a72f" },
};

/**
 * Red, green and blue, 0 to 255.
 * @param {string} hex A colour as #rrggbb.
 */
const channels = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));

/** @param {number} channel */
function linear(channel) {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

/**
 * Relative luminance as WCAG 2.2 defines it, from 0 to 1.
 * @param {number[]} rgb
 */
export const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/**
 * Mixes `share` (0 to 1) of one colour into another.
 * @param {string} ground As #rrggbb.
 * @param {string} colour As #rrggbb.
 * @param {number} share
 * @returns {{background: string, text: string}} CSS for the ground and for text upon it.
 */
export function mix(ground, colour, share) {
  const from = channels(ground);
  const to = channels(colour);
  const mixed = from.map((c, k) => Math.round(c + (to[k] - c) * Math.min(1, Math.max(0, share))));
  // Where black and white have equal contrast (WCAG), at a luminance of 0.18.
  return { background: `rgb(${mixed.join(" ")})`, text: luminance(mixed) > 0.18 ? "#000" : "#fff" };
}

/**
 * The colour of one value of a heat strip.
 * @param {number} value
 * @param {object} scale
 * @param {number | null} scale.full The magnitude that is fully coloured; null for a gate, from 0 to 1.
 * @param {string} scale.hue The colour of an open gate, as #rrggbb.
 * @param {boolean} scale.dark Whether the page is dark.
 * @param {"strip" | "text"} [on] What is coloured: a cell of a strip, or a word of a text.
 */
export function heatColour(value, { full, hue, dark }, on = "strip") {
  const { zero, negative, positive } = PALETTES[dark ? "dark" : "light"];
  if (full == null) return mix(zero[on], hue, value);
  return mix(zero[on], value < 0 ? negative : positive, Math.abs(value) / (full || 1));
}

/**
 * True if a CSS colour (rgb(...) or #rrggbb) is dark.
 * @param {string} css
 */
export function isDark(css) {
  const colour = css.trim();
  const rgb = colour.startsWith("#")
    ? channels(colour)
    : colour
        .match(/[\d.]+/g)
        ?.slice(0, 3)
        .map(Number);
  return rgb ? luminance(rgb) < 0.2 : false;
}

/**
 * Lets an element of the class "themed" follow the theme of the page; returns whether that is dark.
 * @param {HTMLElement} root
 */
export function followTheme(root) {
  const dark = isDark(getComputedStyle(root).getPropertyValue("--st-background-color") || "#ffffff");
  root.classList.toggle("dark", dark);
  return dark;
}

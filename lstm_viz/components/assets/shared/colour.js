// Colours of the heat strip: mixing, and text that stays readable on the mix.

const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

const linear = (channel) => {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};

const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

/** Mixes `share` (0 to 1) of one colour into another; returns CSS for the ground and for text upon it. */
export function mix(ground, colour, share) {
  const from = channels(ground);
  const to = channels(colour);
  const mixed = from.map((c, k) => Math.round(c + (to[k] - c) * Math.min(1, Math.max(0, share))));
  // Where black and white have equal contrast (WCAG), at a luminance of 0.18.
  return { background: `rgb(${mixed.join(" ")})`, text: luminance(mixed) > 0.18 ? "#000" : "#fff" };
}

/** True if a CSS colour (rgb(...) or #rrggbb) is dark. */
export function isDark(css) {
  const rgb = css.trim().startsWith("#")
    ? channels(css.trim())
    : css
        .match(/[\d.]+/g)
        ?.slice(0, 3)
        .map(Number);
  return rgb ? luminance(rgb) < 0.2 : false;
}

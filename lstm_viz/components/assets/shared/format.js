// Numbers as people read them: a real minus sign, two decimals, more where two would hide the value.

const LARGE = 1e9; // from here on a number is written as a power of ten
const INFINITE = Number.MAX_VALUE; // what Python sends for infinity, for which JSON has no number
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** @param {string} text */
const minus = (text) => text.replace("-", "−");

/** @param {number} value */
function power(value) {
  const [digits, exponent] = value.toExponential(2).split("e+");
  return `${minus(digits)} × 10${[...exponent].map((digit) => RAISED[Number(digit)]).join("")}`;
}

/**
 * About three figures: 0.72, −1.19, 0.047, 387.0, 1000, 1.20 × 10⁹. Nonzero values below 0.00005 read 0.00.
 * @param {number | null | undefined} value
 */
export function number(value) {
  if (value == null) return "–";
  const size = Math.abs(value);
  if (size < 0.00005) return "0.00";
  if (size >= INFINITE) return value < 0 ? "−∞" : "∞";
  if (size >= LARGE) return power(value);
  if (size >= 999.95) return minus(value.toFixed(0));
  if (size >= 99.995) return minus(value.toFixed(1));
  if (size >= 0.0995) return minus(value.toFixed(2));
  return minus(value.toFixed(size >= 0.00995 ? 3 : 4));
}

/**
 * A weight as it was set: no more digits than it has, at most four decimals.
 * @param {number} value
 */
export const weight = (value) => minus(String(Math.round(value * 1e4) / 1e4));

/**
 * A share in percent: 23 %, 4.7 %, 0.02 %.
 * @param {number} share
 */
export function percent(share) {
  const hundredths = 100 * share;
  if (hundredths !== 0 && hundredths < 0.01) return "< 0.01 %";
  const digits = hundredths >= 99.95 || hundredths === 0 || hundredths >= 9.95 ? 0 : hundredths >= 0.995 ? 1 : 2;
  // 99.98 must not read as all of it.
  if (share < 1 && hundredths >= 99.5) {
    return hundredths >= 99.9995 ? "100 %" : `${hundredths.toFixed(hundredths >= 99.95 ? 3 : 1)} %`;
  }
  return `${hundredths.toFixed(digits)} %`;
}

// What a person has done, kept in this browser and nowhere else: the stars of each challenge. No account, no server.

const PLACE = "lstm-viz.challenges";

/**
 * What is kept of a challenge.
 * @typedef {object} Done
 * @property {number} stars The most that were earned.
 * @property {number} [weights] The fewest weights that are not zero, of a cell that passed.
 * @property {boolean} [shown] Whether the solution was shown: from then on there is one star at most.
 */

/** @typedef {Record<string, Done>} Progress  By the key of a challenge. */

/**
 * The stars that a cell earns here.
 * @param {number} stars Those of its weights.
 * @param {Done} [done]
 */
export const earned = (stars, done) => Math.min(stars, done?.shown ? 1 : 3);

/**
 * What is kept after a cell that passed.
 * @param {Done | undefined} done
 * @param {{stars: number, weights: number}} cell
 * @returns {Done}
 */
export function better(done, { stars, weights }) {
  return {
    ...done,
    stars: Math.max(done?.stars ?? 0, earned(stars, done)),
    weights: Math.min(done?.weights ?? weights, weights),
  };
}

/**
 * Reads what was kept; whatever else somebody has put there counts for nothing.
 * @param {string | null} text
 * @returns {Progress}
 */
export function parse(text) {
  try {
    const kept = JSON.parse(text ?? "{}");
    return Object.fromEntries(
      Object.entries(kept).filter(([, done]) => [0, 1, 2, 3].includes(/** @type {Done} */ (done)?.stars)),
    );
  } catch {
    return {};
  }
}

/** @returns {Progress} */
export function load() {
  try {
    return parse(localStorage.getItem(PLACE));
  } catch {
    return {}; // a browser that keeps nothing
  }
}

/** @param {Progress} progress */
export function save(progress) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(progress));
  } catch {
    // The same browser: it is kept until the page is left.
  }
}

/**
 * The file that a person can take away.
 * @param {Progress} progress
 * @param {{key: string, title: string}[]} challenges
 */
export const exported = (progress, challenges) =>
  JSON.stringify(
    challenges.map(({ key, title }, k) => ({ challenge: k + 1, key, title, ...(progress[key] ?? { stars: 0 }) })),
    null,
    2,
  );

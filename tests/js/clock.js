// A clock that stands still until a test moves it, and what a test does between two looks.

/** @typedef {import("node:test").TestContext} TestContext */

const EPOCH = Date.UTC(2026, 0, 1);

/**
 * Replaces the timers, the date and `performance.now` for one test.
 * @param {TestContext} t
 * @returns {(milliseconds: number) => Promise<void>} Lets time pass, and then all that waits for nothing else happen.
 */
export function stopClock(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: EPOCH });
  t.mock.method(performance, "now", () => Date.now() - EPOCH);
  return async (milliseconds) => {
    t.mock.timers.tick(milliseconds);
    await settled();
  };
}

/** Lets everything happen that waits for nothing but its turn. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

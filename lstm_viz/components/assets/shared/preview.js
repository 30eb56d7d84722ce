// Asks our own server what a page would show, past Streamlit, while a hand still moves. One question is under way at a
// time; of those that come meanwhile only the newest is asked.

import { serverUrl } from "./mount.js";

/**
 * What is posted: the settings that Streamlit has committed, the edits that it does not know of, and what else the page
 * depends on, such as the unit shown.
 * @typedef {object} PreviewQuestion
 * @property {Record<string, string>} run The committed settings, as the query of their link.
 * @property {import("./edits.js").SentEdit[]} edits
 * @property {boolean} dark Whether the page is dark.
 */

/**
 * What comes back.
 * @typedef {object} PreviewAnswer
 * @property {object} record What changes in the record of the component that asks.
 * @property {Record<string, object>} components Records of other components of the page, by their keys.
 */

/**
 * What came of a question.
 * @typedef {object} Outcome
 * @property {PreviewAnswer} [answer]
 * @property {number} [retryAfter] Milliseconds after which a busy server may be asked again.
 * @property {boolean} [unreachable] Whether there is nobody to ask.
 */

const TIMEOUT = 1500; // milliseconds after which an answer is no longer waited for
const FALLBACK = 10_000; // milliseconds for which edits go through Streamlit where the server could not be reached
const PAUSE = 500; // milliseconds after which a busy server is asked again, where it does not say itself

const REFUSED = 400;
const BUSY = 503;

export class PreviewClient {
  /**
   * @param {object} on
   * @param {() => PreviewQuestion & object} on.question Says what to ask, at the moment at which it is asked.
   * @param {(answer: PreviewAnswer) => void} on.answer Shows an answer.
   * @param {() => void} on.failure Is called where there is nobody to ask: the edits have to go another way.
   */
  constructor({ question, answer, failure }) {
    this.question = question;
    this.answer = answer;
    this.failure = failure;
    /** @type {string | null} */
    this.wanted = null;
    this.generation = 0;
    this.closedUntil = 0;
    this.asking = false;
    /** @type {(() => void) | undefined} */
    this.wake = undefined;
  }

  /**
   * Asks, now or when the question before is answered; false if the edits have to go another way.
   * @param {string | null | undefined} path Where to ask, below the base path of the server; none if nowhere.
   */
  ask(path) {
    if (!path || performance.now() < this.closedUntil) return false;
    this.wanted = path;
    if (!this.asking) this.run();
    return true;
  }

  /** What was asked so far no longer matters. */
  forget() {
    this.wanted = null;
    this.generation += 1;
    this.wake?.();
  }

  async run() {
    this.asking = true;
    try {
      while (this.wanted) await this.askOnce(this.wanted);
    } finally {
      this.asking = false;
    }
  }

  /** @param {string} path */
  async askOnce(path) {
    const { generation } = this;
    this.wanted = null;
    const { answer, retryAfter, unreachable } = await this.fetch(path);
    if (unreachable) this.closedUntil = performance.now() + FALLBACK;
    if (generation !== this.generation) return;
    if (answer) this.answer(answer);
    if (unreachable) {
      this.wanted = null;
      this.failure();
    }
    if (retryAfter !== undefined) {
      // The last picture stays. What is asked after the pause is the newest there is by then.
      this.wanted ??= path;
      await this.pause(retryAfter * (1 + Math.random())); // so that not all come back at once
    }
  }

  /** @param {number} milliseconds At most; `forget` ends it. */
  async pause(milliseconds) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
    this.wake = undefined;
  }

  /**
   * @param {string} path
   * @returns {Promise<Outcome>}
   */
  async fetch(path) {
    try {
      const body = JSON.stringify(this.question());
      const response = await fetch(serverUrl(path), { method: "POST", body, signal: AbortSignal.timeout(TIMEOUT) });
      if (response.ok) return { answer: await response.json() };
      if (response.status === BUSY) return { retryAfter: 1000 * Number(response.headers.get("Retry-After")) || PAUSE };
      // These edits cannot be: the last good picture stays, as it does when Streamlit refuses them.
      if (response.status === REFUSED) return {};
    } catch {
      // Not reached: the same as a server that has no such route.
    }
    return { unreachable: true };
  }
}

// Edits on their way to Streamlit. One message is under way at a time; while it is, later moves of the same control
// replace each other. So a fast hand never builds a long queue, and the last position always arrives.

/** @typedef {import("./mount.js").SendTrigger} SendTrigger */

/**
 * What a control asks for; which keys it has is between a component and its Python face.
 * @typedef {Record<string, unknown>} Edit
 */

/**
 * An edit as it is sent: `done` once the hand has let go.
 * @typedef {Edit & {done: boolean}} SentEdit
 */

/**
 * What Python gets as the trigger "edit".
 * @typedef {object} EditMessage
 * @property {number} id Grows from message to message.
 * @property {string} [home] The `home` of the record that was edited.
 * @property {SentEdit[]} edits Oldest first.
 */

/**
 * The parts of a record that concern edits.
 * @typedef {object} Answer
 * @property {number} [reply] The id of the last message that the record knows of.
 * @property {string} [home] A name for what is being edited, where that may be replaced by something else.
 */

const MAX_EDITS = 100; // in one message, as many as the server takes
const TIMEOUT = 1500; // milliseconds after which an answer is no longer waited for
const REST = 600; // milliseconds after which a hand that has not let go is taken to rest
const ADDRESS = 150; // milliseconds that the address takes to follow an answer

export class EditQueue {
  constructor() {
    /** @type {SendTrigger | undefined} */
    this.send = undefined;
    /** @type {string | undefined} */
    this.home = undefined;
    /** @type {Map<string, SentEdit>} */
    this.waiting = new Map();
    /** @type {SentEdit[]} */
    this.unanswered = [];
    this.lastSent = 0;
    this.lastAnswered = 0;
    this.sentAt = 0;
    this.due = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retrying = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
  }

  /**
   * A record came from Streamlit: it answers the message that it names, and the next one may leave.
   * @param {Answer} record
   * @param {SendTrigger} send
   */
  acknowledge({ reply, home }, send) {
    this.send = send;
    // Something else is being edited: what was moved on the one before is of no use here.
    if (this.home !== home) this.waiting.clear();
    this.home = home;
    this.lastAnswered = Math.max(this.lastAnswered, reply ?? 0);
    // An answer that comes this late is of another connection: what it does not know of was lost, and is given up.
    if (this.lastAnswered < this.lastSent && performance.now() - this.sentAt > TIMEOUT)
      this.lastAnswered = this.lastSent;
    if (this.lastAnswered >= this.lastSent) this.unanswered = [];
    if (this.due) this.flush();
  }

  /** True while Streamlit does not know of every edit. */
  get pending() {
    return this.waiting.size > 0 || this.lastAnswered < this.lastSent;
  }

  /** The edits that Streamlit does not know of, oldest first. */
  get edits() {
    return [...this.unanswered, ...this.waiting.values()].slice(-MAX_EDITS);
  }

  /** The id of the first answer that will know of all of them. */
  get awaited() {
    return this.waiting.size > 0 ? Number.POSITIVE_INFINITY : this.lastSent;
  }

  /**
   * Puts an edit into the queue, in the place of an earlier one of the same control.
   * @param {string} control
   * @param {Edit} edit
   * @param {boolean} done Whether the hand has let go.
   */
  add(control, edit, done) {
    const before = this.waiting.get(control);
    this.waiting.delete(control);
    this.waiting.set(control, { ...edit, done: done || (before?.done ?? false) });
    clearTimeout(this.resting);
  }

  /** Sends what is waiting once the hand rests. */
  flushAtRest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.flush(), REST);
  }

  /** Sends what is waiting, now or when the message before is answered. */
  flush() {
    this.due = this.waiting.size > 0;
    if (!this.due || !this.send) return;
    const now = performance.now();
    clearTimeout(this.retrying);
    if (this.lastAnswered < this.lastSent && now - this.sentAt < TIMEOUT) {
      this.retrying = setTimeout(() => this.flush(), TIMEOUT);
      return;
    }
    clearTimeout(this.resting);
    // What was never answered goes along: of two messages that wait on the server it may see the last one only.
    const edits = this.edits;
    this.unanswered = edits;
    this.waiting.clear();
    this.due = false;
    // Ids grow across reloads of the page too, so that an old answer is never taken for a new one.
    this.lastSent = Math.max(this.lastSent + 1, Date.now());
    this.sentAt = now;
    /** @type {EditMessage} */
    const message = { id: this.lastSent, home: this.home, edits };
    this.send("edit", message);
  }

  /** Resolves once every edit is answered and the address names it, or after a while in any case. */
  async settled() {
    /** @param {number} milliseconds */
    const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    for (let waited = 0; this.pending && waited < TIMEOUT; waited += 50) await pause(50);
    if (this.lastSent && performance.now() - this.sentAt < TIMEOUT) await pause(ADDRESS);
  }

  dispose() {
    clearTimeout(this.retrying);
    clearTimeout(this.resting);
  }
}

// Edits on their way to Streamlit. One message is under way at a time; while it is, later moves of the same control
// replace each other. So a fast hand never builds a queue, and the last position always arrives.

const MOST = 100; // edits in one message, as many as the server takes
const PATIENCE = 1500; // milliseconds after which an answer is no longer waited for
const REST = 600; // milliseconds after which a hand that has not let go rests

export class Edits {
  /** `foretell(edit)` shows an edit before Streamlit knows of it, and says whether it can. */
  constructor(foretell = () => false) {
    this.foretell = foretell;
    this.waiting = new Map();
    this.unanswered = [];
    this.sent = 0;
    this.settled = 0;
  }

  /** A run came back: it answers the edit that it names, and the next one may leave. */
  settle({ reply, home }, send) {
    this.send = send;
    // Another cell: what was moved on the one before is of no use here.
    if (this.home !== home) this.waiting.clear();
    this.home = home;
    this.settled = Math.max(this.settled, reply ?? 0);
    // An answer that comes this late is of another connection: what it does not know of was lost, and is let go.
    if (this.settled < this.sent && performance.now() - this.sentAt > PATIENCE) this.settled = this.sent;
    if (this.settled >= this.sent) this.unanswered = [];
    if (this.due) this.flush();
  }

  /** True while the hand is ahead of the run that came from Streamlit last. */
  get pending() {
    return this.waiting.size > 0 || this.settled < this.sent;
  }

  /** The edits that this run does not know of, oldest first. */
  get ahead() {
    return [...this.unanswered, ...this.waiting.values()].slice(-MOST);
  }

  /** The id of the first answer that will know of all of them. */
  get awaited() {
    return this.waiting.size > 0 ? Infinity : this.sent;
  }

  /** `key` names the control; `done` is true when the hand lets go. */
  push(key, edit, done) {
    const before = this.waiting.get(key);
    this.waiting.delete(key);
    this.waiting.set(key, { ...edit, done: done || (before?.done ?? false) });
    clearTimeout(this.resting);
    if (this.foretell(edit) && !done) this.resting = setTimeout(() => this.flush(), REST);
    else this.flush();
  }

  /** Sends what is waiting, now or when the message before is answered. */
  flush() {
    this.due = this.waiting.size > 0;
    if (!this.due || !this.send) return;
    const now = performance.now();
    if (this.settled < this.sent && now - this.sentAt < PATIENCE) {
      clearTimeout(this.retry);
      this.retry = setTimeout(() => this.flush(), PATIENCE);
      return;
    }
    clearTimeout(this.retry);
    clearTimeout(this.resting);
    // What was never answered goes along: of two messages that wait on the server it may see the last one only.
    const edits = this.ahead;
    this.unanswered = edits;
    this.waiting.clear();
    this.due = false;
    // Ids grow across reloads of the page too, so that an old answer is never taken for a new one.
    this.sent = Math.max(this.sent + 1, Date.now());
    this.sentAt = now;
    this.send("edit", { id: this.sent, home: this.home, edits });
  }

  /** Resolves once every edit is answered and the address names it, or after a while in any case. */
  async rest() {
    const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
    for (let waited = 0; this.pending && waited < PATIENCE; waited += 50) await pause(50);
    if (this.sent && performance.now() - this.sentAt < PATIENCE) await pause(150);
  }

  history(move) {
    this.send?.("history", move);
  }

  dispose() {
    clearTimeout(this.retry);
    clearTimeout(this.resting);
  }
}

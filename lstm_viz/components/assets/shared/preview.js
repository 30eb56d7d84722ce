// Asks our own server what a run would be, past Streamlit, while a hand still drags. One question is under way at a
// time; of those that come meanwhile only the newest is asked.

const PATIENCE = 1500; // milliseconds after which an answer is no longer waited for
const RETREAT = 10_000; // milliseconds for which edits go through Streamlit where the server could not be reached

export class Preview {
  /** `question()` says what to ask, `take(answer)` shows it, `fail()` is called where there is nobody to ask. */
  constructor(question, take, fail) {
    this.question = question;
    this.take = take;
    this.fail = fail;
    this.shutUntil = 0;
    this.turn = 0;
  }

  /** Asks, now or when the question before is answered; false if the edits have to go another way. */
  ask(path) {
    if (!path || performance.now() < this.shutUntil) return false;
    this.wanted = path;
    if (!this.asking) this.run();
    return true;
  }

  /** What was asked so far no longer matters. */
  forget() {
    this.wanted = null;
    this.turn += 1;
  }

  async run() {
    this.asking = true;
    while (this.wanted) {
      const [path, turn] = [this.wanted, this.turn];
      this.wanted = null;
      const answer = await this.fetch(path);
      if (answer && turn === this.turn) this.take(answer);
    }
    this.asking = false;
  }

  async fetch(path) {
    try {
      const body = JSON.stringify(this.question());
      const response = await fetch(serverUrl(path), { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
      if (response.ok) return await response.json();
      // These edits cannot be: the last good picture stays, as it does when Streamlit refuses them.
      if (response.status === 400) return null;
    } catch {
      // Not reached; what follows is the same as for a server that has no such route.
    }
    this.shutUntil = performance.now() + RETREAT;
    this.wanted = null;
    this.fail();
    return null;
  }
}

/** An address below the base path of the server, wherever that is. */
export const serverUrl = (path) => import.meta.url.split("/_stcore/")[0] + path;

// What a person changes, and how the page keeps up with the hand. Streamlit commits every edit and has the last word; its
// answer takes a while. Where the record names a route of our own (`preview`), that is asked meanwhile for a preview, and
// Streamlit is told only once the hand lets go or rests. Without one, or where it cannot be reached, each move goes to
// Streamlit. Where the route is busy the last picture stays, and the newest move is asked again after a pause.

import { EditQueue } from "./edits.js";
import { announcePreviews, isOutdated, registerEditor, unregisterEditor } from "./page.js";
import { PreviewClient } from "./preview.js";

/** @typedef {import("./edits.js").Edit} Edit */
/** @typedef {import("./mount.js").SendTrigger} SendTrigger */
/** @typedef {import("./preview.js").PreviewAnswer} PreviewAnswer */

/**
 * The parts of a record that an editor reads.
 * @typedef {object} Editable
 * @property {number} [reply] The id of the last message of edits that the record knows of.
 * @property {number} [page_reply] The same of another component of the page, whose previews reach this one.
 * @property {string} [home] A name for what is being edited: edits of another are dropped.
 * @property {string} [run] The name under which components of the page belong together.
 * @property {string} [preview] Where to ask for previews, below the base path of the server.
 * @property {Record<string, string>} [link] The committed settings, as the query of their link.
 */

/** @template {Editable} Rec */
export class Editor {
  /**
   * @param {object} component
   * @param {(record: Rec) => void} component.draw Shows a record, committed or previewed.
   * @param {() => {dark: boolean} & object} component.context What a preview depends on besides settings and edits.
   * @param {(edit: Edit) => boolean} [component.canPreview] Whether our own route can answer this edit.
   */
  constructor({ draw, context, canPreview = () => true }) {
    this.draw = draw;
    this.canPreview = canPreview;
    /** @type {Rec | undefined} What Streamlit knows. */
    this.committed = undefined;
    /** Whether what is shown is a preview. */
    this.previewing = false;
    this.queue = new EditQueue();
    this.client = new PreviewClient({
      question: () => ({ run: this.committed?.link ?? {}, edits: this.queue.edits, ...context() }),
      answer: (answer) => this.showPreview(answer),
      failure: () => this.queue.flush(),
    });
  }

  /**
   * Takes a record from Streamlit, and draws it unless a preview on the screen is newer.
   * @param {Rec} record
   * @param {SendTrigger} send
   * @returns {boolean} Whether it was drawn.
   */
  commit(record, send) {
    const before = this.committed;
    this.queue.acknowledge(record, send);
    this.committed = record;
    // Of all that shows a run, what asks for previews of it decides what is outdated.
    if (record.run && record.preview) registerEditor(record.run, this);
    if (before && this.isOlder(record, before)) return false;
    this.previewing = false;
    this.client.forget();
    this.draw(record);
    return true;
  }

  /**
   * True if a record is older than what the hand shows, here or elsewhere on the page: the picture must not jump back.
   * @param {Rec} record
   * @param {Rec} before What was committed before it.
   */
  isOlder({ home, run, page_reply }, before) {
    if (this.previewing && this.queue.pending && home === before.home) return true;
    return run !== undefined && page_reply !== undefined && isOutdated({ run, reply: page_reply });
  }

  /**
   * A control was moved.
   * @param {string} control Its name: a later move takes the place of an earlier one.
   * @param {Edit} edit
   * @param {boolean} done Whether the hand has let go.
   */
  edit(control, edit, done) {
    this.queue.add(control, edit, done);
    const previewed = this.canPreview(edit) && this.client.ask(this.committed?.preview);
    if (previewed && !done) this.queue.flushAtRest();
    else this.queue.flush();
  }

  /**
   * Asks Python to undo, redo, or go back to the preset.
   * @param {"undo" | "redo" | "reset"} move
   */
  history(move) {
    this.queue.send?.("history", move);
  }

  /** True while the hand is ahead of Streamlit: the controls are left to it. */
  get pending() {
    return this.queue.pending;
  }

  /** The id that an answer of Streamlit must know of to be newer than what is shown. */
  get awaited() {
    return this.previewing ? this.queue.awaited : 0;
  }

  /** Resolves once Streamlit knows of every edit, and the address too. */
  settled() {
    return this.queue.settled();
  }

  /** @param {PreviewAnswer} answer */
  showPreview({ record, components }) {
    if (!this.committed) return;
    this.previewing = true;
    // What the session alone knows stays.
    this.draw({ ...this.committed, ...record });
    announcePreviews(components);
  }

  dispose() {
    this.queue.dispose();
    this.client.forget();
    unregisterEditor(this);
  }
}

// How our components live in a page of Streamlit. It calls the function that a module exports again on every change of
// data or theme, and each cleanup that such a call has returned at its own time: before the next call or after it. So a
// component is kept by its parent element for as long as that is on the page, and is only told what has changed.

/**
 * Tells Python that something has happened; see `on_<name>_change` in the Python face of the component.
 * @typedef {(name: string, value: unknown) => void} SendTrigger
 */

/**
 * What Streamlit calls the function with.
 * @typedef {object} Call
 * @property {Uint8Array} data JSON, as Python has packed it.
 * @property {HTMLElement | ShadowRoot} parentElement The root of the component's HTML.
 * @property {SendTrigger} setTriggerValue
 */

/**
 * @template Rec
 * @typedef {object} Component
 * @property {(record: Rec, send: SendTrigger) => void} update Takes a record as Streamlit knows it.
 * @property {() => void} dispose Lets go of every listener, timer and observer: the component has left the page.
 */

const decoder = new TextDecoder();

/**
 * Finds an element that must be there.
 * @param {ParentNode} parent
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(parent, selector) {
  const node = parent.querySelector(selector);
  if (!(node instanceof HTMLElement)) throw new Error(`there is no element ${selector}`);
  return node;
}

/**
 * Returns the function that Streamlit calls.
 * @template Rec
 * @param {string} selector Of the root of the component, in the HTML that its Python face gives it.
 * @param {(root: HTMLElement) => Component<Rec>} create
 * @returns {(call: Call) => () => void}
 */
export function mount(selector, create) {
  /** @type {WeakMap<Node, Component<Rec>>} */
  const mounted = new WeakMap();
  return ({ data, parentElement, setTriggerValue }) => {
    const component = mounted.get(parentElement) ?? create(find(parentElement, selector));
    mounted.set(parentElement, component);
    component.update(JSON.parse(decoder.decode(data)), setTriggerValue);
    return () => {
      setTimeout(() => {
        // The cleanup of a call that another has followed; or the last one, of a component that is gone already.
        if (parentElement.isConnected || mounted.get(parentElement) !== component) return;
        mounted.delete(parentElement);
        component.dispose();
      });
    };
  };
}

/**
 * An address below the base path of the server, wherever that is: our modules are served from there too.
 * @param {string} path
 */
export const serverUrl = (path) => import.meta.url.split("/_stcore/")[0] + path;

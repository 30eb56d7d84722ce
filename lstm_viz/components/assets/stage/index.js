// The live cell. Streamlit calls this function again on every change of data or theme, so the stage itself is kept
// by its parent element and only told what changed.

import { Stage } from "./stage.js";

const stages = new WeakMap();
const decoder = new TextDecoder();

export default function ({ data, parentElement, setTriggerValue }) {
  let stage = stages.get(parentElement);
  if (!stage) {
    stage = new Stage(parentElement.querySelector(".stage"));
    stages.set(parentElement, stage);
  }
  stage.update(JSON.parse(decoder.decode(data)), setTriggerValue);
  return () => {
    // The cleanup of a superseded call comes too, at its own time: only a stage that has left the page is disposed.
    setTimeout(() => {
      if (parentElement.isConnected) return;
      stages.get(parentElement)?.dispose();
      stages.delete(parentElement);
    });
  };
}

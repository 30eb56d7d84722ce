// The live cell; stage.js says what it is.

import { mount } from "../shared/mount.js";
import { Stage } from "./stage.js";

export default mount(".stage", (root) => new Stage(root));

// The coach of the guided path; coach.js says what it is.

import { mount } from "../shared/mount.js";
import { Coach } from "./coach.js";

export default mount(".coach", (root) => new Coach(root));

// The belt of the Start page; belt.js says what it is.

import { mount } from "../shared/mount.js";
import { Belt } from "./belt.js";

export default mount(".belt", (root) => new Belt(root));

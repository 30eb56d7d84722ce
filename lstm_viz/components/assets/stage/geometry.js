// Where things stand in the diagrams. The memory runs along the top from left to right; the gates stand below it in
// the order in which the memory meets them. Two drawings of each cell: one for wide pages, one for a phone.

/** @typedef {[number, number]} Point */

/**
 * What all cells have; lengths in units of the drawing.
 * @typedef {object} Frame
 * @property {"wide" | "narrow"} name
 * @property {number} width
 * @property {number} height
 * @property {number} radius Of a valve.
 * @property {{x: number, y: number, width: number, height: number}} cell
 * @property {{y: number, from: number, to: number, thickness: number}} belt The way of the memory.
 * @property {{y: number, to: number, thickness: number}} hidden The way of the output.
 * @property {{y: number, width: number, height: number}} block
 * @property {{y: number, from: number}} bus The line that carries h and x to all blocks.
 * @property {{x: number, y: number}} input
 * @property {{height: number, size: number, perCharacter: number}} chip
 * @property {{y: number, drop: number, size: number, short?: boolean}} names
 */

/**
 * @typedef {object} Places
 * @property {Record<string, number>} gates The x of each block.
 * @property {Record<string, Point>} chips
 * @property {Point} full Where the scale of the belt is written.
 */

/** @typedef {{d: string, at: Point}} Branch */
/** @typedef {{d: string, label: [number, number, string]}} Peephole */

/**
 * @typedef {object} LstmParts
 * @property {{f: Point, i: Point, o: Point}} valves
 * @property {Point} plus
 * @property {Point} squash Where C is squashed on its way out.
 * @property {{o: string}} control
 * @property {Branch} coupling
 * @property {Record<string, Peephole>} peepholes
 * @property {Record<string, [string, string]>} symbols
 * @property {Point} keeps
 * @property {Point} free
 */

/**
 * @typedef {object} GruParts
 * @property {{u: Point, v: Point, r: Point}} valves
 * @property {Point} plus
 * @property {Branch} rest The way of 1 − z.
 * @property {string} reset The way of h through the reset gate.
 * @property {{before: Point, after: Point}} product Where U multiplies.
 * @property {string} inlet
 * @property {Point} keeps
 */

/** @typedef {Frame & Places & LstmParts} LstmGeometry */
/** @typedef {Frame & Places & GruParts} GruGeometry */
/** @typedef {Frame & Places & {bend: Point}} RnnGeometry */

/** @type {Frame} */
const WIDE = {
  name: "wide",
  width: 980,
  height: 404,
  radius: 17,
  cell: { x: 150, y: 10, width: 700, height: 352 },
  belt: { y: 70, from: 30, to: 950, thickness: 30 },
  hidden: { y: 182, to: 950, thickness: 22 },
  block: { y: 222, width: 96, height: 66 },
  bus: { y: 340, from: 30 },
  input: { x: 196, y: 382 },
  chip: { height: 23, size: 13, perCharacter: 8 },
  names: { y: 306, drop: 17, size: 13 },
};

/** @type {Frame} */
const NARROW = {
  name: "narrow",
  width: 400,
  height: 456,
  radius: 14,
  cell: { x: 6, y: 42, width: 388, height: 372 },
  belt: { y: 94, from: 0, to: 400, thickness: 26 },
  hidden: { y: 186, to: 400, thickness: 18 },
  block: { y: 260, width: 84, height: 60 },
  bus: { y: 390, from: 0 },
  input: { x: 200, y: 414 },
  chip: { height: 22, size: 12.5, perCharacter: 7.4 },
  names: { y: 338, drop: 17, size: 11.5, short: true },
};

/** @type {{wide: LstmGeometry, narrow: LstmGeometry}} */
export const LSTM = {
  wide: {
    ...WIDE,
    gates: { f: 270, i: 440, g: 560, o: 700 },
    valves: { f: [270, 70], i: [560, 152], o: [790, 182] },
    plus: [560, 70],
    squash: [790, 118],
    control: { o: "M700 222 V206 H790 V182" },
    coupling: { d: "M440 186 H270 V70", at: [355, 186] },
    peepholes: {
      f: { d: "M176 84 V200 H242 V222", label: [238, 214, "end"] },
      i: { d: "M176 84 V200 H412 V222", label: [408, 214, "end"] },
      o: { d: "M726 84 V222", label: [732, 216, "start"] },
    },
    chips: {
      cp: [84, 30],
      kept: [415, 30],
      c: [896, 30],
      f: [212, 150],
      i: [440, 122],
      g: [634, 196],
      written: [640, 108],
      o: [668, 150],
      tc: [862, 140],
      h: [896, 218],
      hp: [84, 310],
      x: [116, 384],
    },
    symbols: {},
    keeps: [270, 30],
    full: [560, 385],
    free: [948, 104],
  },
  narrow: {
    ...NARROW,
    gates: { f: 56, i: 152, g: 248, o: 344 },
    valves: { f: [56, 94], i: [248, 178], o: [306, 186] },
    plus: [248, 94],
    squash: [306, 132],
    control: { o: "M344 260 V186 H306" },
    coupling: { d: "M152 204 H56 V94", at: [104, 204] },
    peepholes: {
      f: { d: "M12 106 V246 H28 V260", label: [34, 256, "start"] },
      i: { d: "M12 106 V246 H124 V260", label: [130, 256, "start"] },
      o: { d: "M394 106 V246 H376 V260", label: [338, 256, "end"] },
    },
    chips: {
      cp: [46, 22],
      kept: [152, 64],
      c: [356, 22],
      f: [56, 226],
      i: [150, 156],
      g: [248, 236],
      written: [196, 130],
      o: [344, 232],
      tc: [362, 132],
      h: [362, 161],
      hp: [48, 440],
      x: [200, 440],
    },
    // The node beside this chip says tanh already, and there is no room to say it twice.
    symbols: { tc: ["", ""] },
    keeps: [56, 64],
    full: [200, 22],
    free: [396, 118],
  },
};

/** @type {{wide: GruGeometry, narrow: GruGeometry}} */
export const GRU = {
  wide: {
    ...WIDE,
    gates: { r: 270, u: 440, n: 620 },
    valves: { u: [440, 70], v: [620, 152], r: [270, 186] },
    plus: [620, 70],
    rest: { d: "M440 152 H620", at: [530, 152] },
    reset: "M180 84 V186 H540 V255 H572",
    product: { before: [556, 222], after: [216, 186] },
    inlet: "M196 362 H620 V288",
    chips: {
      hp: [84, 30],
      kept: [530, 30],
      h: [896, 30],
      r: [270, 146],
      u: [440, 112],
      n: [688, 196],
      written: [706, 108],
      reset: [470, 206],
      x: [116, 384],
    },
    keeps: [430, 30],
    full: [620, 385],
  },
  narrow: {
    ...NARROW,
    gates: { r: 72, u: 190, n: 316 },
    valves: { u: [190, 94], v: [316, 178], r: [72, 214] },
    plus: [316, 94],
    rest: { d: "M190 178 H316", at: [250, 178] },
    reset: "M14 106 V214 H254 V290 H274",
    product: { before: [254, 244], after: [36, 214] },
    inlet: "M200 406 H316 V320",
    chips: {
      hp: [46, 22],
      kept: [262, 64],
      h: [356, 22],
      r: [72, 178],
      u: [190, 138],
      n: [350, 238],
      written: [350, 136],
      reset: [142, 240],
      x: [200, 440],
    },
    keeps: [150, 64],
    full: [200, 22],
  },
};

/** @type {{wide: RnnGeometry, narrow: RnnGeometry}} */
export const RNN = {
  wide: {
    ...WIDE,
    gates: { h: 490 },
    bend: [490, 70],
    chips: { hp: [84, 310], h: [896, 30], x: [116, 384] },
    full: [560, 385],
  },
  narrow: {
    ...NARROW,
    gates: { h: 200 },
    bend: [200, 94],
    chips: { hp: [48, 440], h: [356, 22], x: [200, 440] },
    full: [130, 22],
  },
};

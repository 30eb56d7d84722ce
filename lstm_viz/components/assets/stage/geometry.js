// Where things stand in the diagram. The memory runs along the top from left to right; the gates stand below it in
// the order in which the memory meets them. Two drawings: one for wide pages, one for a phone.

export const WIDE = {
  name: "wide",
  width: 980,
  height: 404,
  cell: { x: 150, y: 10, width: 700, height: 352 },
  belt: { y: 70, from: 30, to: 950, thickness: 30 },
  block: { y: 222, width: 96, height: 66 },
  bus: { y: 340, from: 30 },
  input: { x: 196, y: 404 },
  gates: { f: 270, i: 440, g: 560, o: 700 },
  valves: { f: [270, 70], i: [560, 152], plus: [560, 70], squash: [790, 118], o: [790, 182] },
  hidden: { y: 182, to: 950, thickness: 22 },
  chips: {
    cp: [84, 30], kept: [415, 30], c: [896, 30], f: [212, 150], i: [440, 122], g: [634, 196], written: [640, 108],
    o: [668, 150], tc: [862, 140], h: [896, 218], hp: [84, 310], x: [116, 384],
  },
  symbols: {},
  chip: { height: 23, size: 13, perCharacter: 8 },
  names: { y: 306, drop: 17, size: 13 },
  keeps: [270, 30],
  full: [560, 385],
  free: [948, 104],
};

export const NARROW = {
  name: "narrow",
  width: 400,
  height: 456,
  cell: { x: 6, y: 42, width: 388, height: 372 },
  belt: { y: 94, from: 0, to: 400, thickness: 26 },
  block: { y: 260, width: 84, height: 60 },
  bus: { y: 390, from: 0 },
  input: { x: 200, y: 436 },
  gates: { f: 56, i: 152, g: 248, o: 344 },
  valves: { f: [56, 94], i: [248, 178], plus: [248, 94], squash: [306, 132], o: [306, 186] },
  hidden: { y: 186, to: 400, thickness: 18 },
  chips: {
    cp: [46, 22], kept: [152, 64], c: [356, 22], f: [56, 226], i: [150, 156], g: [248, 236], written: [196, 130],
    o: [344, 232], tc: [362, 132], h: [362, 161], hp: [48, 440], x: [200, 440],
  },
  // The node beside this chip says tanh already, and there is no room to say it twice.
  symbols: { tc: ["", ""] },
  chip: { height: 22, size: 12.5, perCharacter: 7.4 },
  names: { y: 338, drop: 17, size: 11.5, short: true },
  keeps: [56, 64],
  full: [200, 22],
  free: [396, 118],
};

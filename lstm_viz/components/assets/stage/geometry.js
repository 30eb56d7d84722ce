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
  chip: { height: 23, size: 13, perCharacter: 8 },
  names: { y: 306, drop: 17, size: 13 },
  keeps: [270, 30],
  full: [560, 385],
};

export const NARROW = {
  name: "narrow",
  width: 400,
  height: 470,
  cell: { x: 6, y: 44, width: 388, height: 372 },
  belt: { y: 96, from: 0, to: 400, thickness: 26 },
  block: { y: 262, width: 84, height: 60 },
  bus: { y: 392, from: 0 },
  input: { x: 24, y: 440 },
  gates: { f: 56, i: 152, g: 248, o: 344 },
  valves: { f: [56, 96], i: [248, 180], plus: [248, 96], squash: [318, 136], o: [318, 186] },
  hidden: { y: 186, to: 400, thickness: 18 },
  chips: {
    cp: [42, 24], kept: [152, 66], c: [352, 24], f: [58, 226], i: [150, 160], g: [246, 238], written: [200, 136],
    o: [350, 236], tc: [362, 136], h: [352, 216], hp: [52, 440], x: [170, 440],
  },
  chip: { height: 22, size: 12.5, perCharacter: 7.4 },
  names: { y: 340, drop: 17, size: 12, short: true },
  keeps: [56, 66],
  full: [248, 24],
};

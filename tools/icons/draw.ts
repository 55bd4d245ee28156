/** Sotto's sign: a speech bubble with an S that grows quieter. The page's icon.svg is the same sign, and its numbers are used here. */
import type { Picture } from './png.ts';

type Point = readonly [number, number];

const TEAL = [0x12, 0x69, 0x6b] as const;
const WHITE = [0xff, 0xff, 0xff] as const;

/** How much of the S's lower half is seen: it is said in an undertone. */
const UNDERTONE = 0.62;

/** Points along a cubic curve: straight between them, a tenth of a pixel off at most. */
const STEPS = 10;

/** Each pixel is looked at this many times each way, so that edges are smooth. */
const LOOKS = 4;

/** How far a curve's handle is from its end for a quarter of a circle, in radii. */
const QUARTER = 0.5523;

const curve = (from: Point, a: Point, b: Point, to: Point): readonly Point[] =>
  Array.from({ length: STEPS + 1 }, (_, step): Point => {
    const t = step / STEPS;
    const at = (axis: 0 | 1): number =>
      (1 - t) ** 3 * from[axis] + 3 * (1 - t) ** 2 * t * a[axis] + 3 * (1 - t) * t ** 2 * b[axis] + t ** 3 * to[axis];
    return [at(0), at(1)];
  });

/** A quarter of a circle from one point to another, with the square corner that it rounds between them. */
const rounded = (from: Point, corner: Point, to: Point): readonly Point[] => {
  const towards = (point: Point): Point => [
    point[0] + (corner[0] - point[0]) * QUARTER,
    point[1] + (corner[1] - point[1]) * QUARTER,
  ];
  return curve(from, towards(from), towards(to), to);
};

/** In the 40 by 40 of icon.svg. */
const BUBBLE: readonly Point[] = [
  ...rounded([29, 3], [38, 3], [38, 12]),
  ...rounded([38, 23], [38, 32], [29, 32]),
  [17.5, 32],
  ...curve([9.9, 37.5], [9.1, 38.1], [8, 37.5], [8, 36.5]),
  [8, 31.4],
  ...curve([8, 31.4], [4.4, 30.2], [2, 26.9], [2, 23]),
  ...rounded([2, 12], [2, 3], [11, 3]),
];
const UPPER: readonly Point[] = [
  ...curve([25.6, 12.3], [24.5, 10.6], [22.6, 9.6], [20.1, 9.6]),
  ...curve([20.1, 9.6], [16.9, 9.6], [14.6, 11.2], [14.6, 13.6]),
  ...curve([14.6, 13.6], [14.6, 16.2], [17.2, 16.9], [20.1, 17.5]),
];
const LOWER: readonly Point[] = [
  ...curve([20.1, 17.5], [23, 18.1], [25.7, 18.8], [25.7, 21.5]),
  ...curve([25.7, 21.5], [25.7, 23.9], [23.3, 25.5], [20, 25.5]),
  ...curve([20, 25.5], [17.4, 25.5], [15.4, 24.5], [14.2, 22.7]),
];

const pairs = (line: readonly Point[], closed: boolean): readonly (readonly [Point, Point])[] =>
  line.flatMap((point, index) => {
    const next = line[index + 1] ?? (closed ? line[0] : undefined);
    return next === undefined ? [] : [[point, next] as const];
  });

const inside = (line: readonly (readonly [Point, Point])[], [x, y]: Point): boolean => {
  let crossings = 0;
  for (const [a, b] of line) {
    if (a[1] > y !== b[1] > y && x < a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0])) crossings += 1;
  }
  return crossings % 2 === 1;
};

const near = (line: readonly (readonly [Point, Point])[], [x, y]: Point, distance: number): boolean =>
  line.some(([a, b]) => {
    const [fromX, fromY] = [x - a[0], y - a[1]];
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, (fromX * dx + fromY * dy) / length));
    return (fromX - along * dx) ** 2 + (fromY - along * dy) ** 2 <= distance ** 2;
  });

const bubble = pairs(BUBBLE, true);
const upper = pairs(UPPER, false);
const lower = pairs(LOWER, false);

/** Asks for the opacity at many points of each pixel, in the sign's own 40 by 40, and takes their mean. */
const paint = (o: {
  readonly size: number;
  /** Where the sign's left upper corner is, and how large one of its units is, in pixels. */
  readonly left: number;
  readonly top: number;
  readonly unit: number;
  readonly opacityAt: (point: Point) => number;
  readonly colour: (opacity: number) => readonly [number, number, number, number];
}): Picture => {
  const pixels = new Uint8Array(o.size * o.size * 4);
  for (let y = 0; y < o.size; y++) {
    for (let x = 0; x < o.size; x++) {
      let sum = 0;
      for (let look = 0; look < LOOKS * LOOKS; look++) {
        const dx = ((look % LOOKS) + 0.5) / LOOKS;
        const dy = (Math.floor(look / LOOKS) + 0.5) / LOOKS;
        sum += o.opacityAt([(x + dx - o.left) / o.unit, (y + dy - o.top) / o.unit]);
      }
      pixels.set(o.colour(sum / (LOOKS * LOOKS)), (y * o.size + x) * 4);
    }
  }
  return { size: o.size, pixels };
};

/** 192 by 192: a white bubble, its S in the ground's colour, within the middle 120 that no mask of Teams cuts. */
export const colourIcon = (): Picture =>
  paint({
    size: 192,
    left: 34,
    top: 32,
    unit: 3.1,
    opacityAt: (point) => {
      if (!inside(bubble, point)) return 0;
      if (near(upper, point, 1.6)) return 0;
      return near(lower, point, 1.6) ? 1 - UNDERTONE : 1;
    },
    colour: (opacity) => [
      Math.round(TEAL[0] + (WHITE[0] - TEAL[0]) * opacity),
      Math.round(TEAL[1] + (WHITE[1] - TEAL[1]) * opacity),
      Math.round(TEAL[2] + (WHITE[2] - TEAL[2]) * opacity),
      255,
    ],
  });

/** Its bubble is 36 wide, and 28 pixels of the outline. */
const OUTLINE_UNIT = 28 / 36;

/** 32 by 32: white lines on nothing, as Teams' side bar wants it. The bubble's sides and top fill two pixels and blur into no third. */
export const outlineIcon = (): Picture =>
  paint({
    size: 32,
    left: 2 - 2 * OUTLINE_UNIT,
    top: 2 - 3 * OUTLINE_UNIT,
    unit: OUTLINE_UNIT,
    opacityAt: (point) =>
      near(bubble, point, 1.25) || near(upper, point, 1.5) ? 1 : near(lower, point, 1.5) ? UNDERTONE : 0,
    colour: (opacity) => [...WHITE, Math.round(255 * opacity)],
  });

/** @file Two people in a film, by their places alone: the chosen one is kept, and never the other. */
import { describe, expect, test } from "vitest";
import { type Cast, castOf, isCrowded, meet, type Place } from "../../src/portrait/cast.js";

const LOOK_SECONDS = 0.2;

/** A face of 100 px. @param x - In its widths. */
const at = (x: number, size = 1): Place => ({ x: 100 * x, y: 0, size: 100 * size });

/** What is seen in a look: faces, and where the chosen one's is said to be, if it is. */
interface Look {
  readonly faces: readonly Place[];
  readonly followed?: Place;
  readonly isSteady?: boolean;
}

/** Looks one after the other. @returns Where the chosen one was said to be in each. */
function watch(first: readonly Place[], looks: readonly Look[]): (Place | undefined)[] {
  let cast: Cast = castOf(first, 0, 0);
  return looks.map(({ faces, followed, isSteady = true }, i) => {
    const face = followed && { place: followed, isSteady };
    const meeting = meet(cast, faces, LOOK_SECONDS * (i + 1), face);
    cast = meeting.cast;
    if (meeting.isKept) return followed;
    return meeting.found === undefined ? undefined : faces[meeting.found];
  });
}

const repeat = (count: number, look: (i: number) => Look) =>
  Array.from({ length: count }, (_, i) => look(i));
const last = <T>(values: readonly T[]) => values[values.length - 1];

describe("the chosen one", () => {
  test("is kept where both stay, and while a detector is blind to him", () => {
    const both = { faces: [at(0), at(1.5)], followed: at(0.1) };
    const alone = { faces: [at(1.5)], followed: at(0.1) };
    expect(watch([at(0), at(1.5)], [both, alone, both])).toEqual([at(0.1), at(0.1), at(0.1)]);
  });

  test("is lost where he turns away, and found where he was, not where the other is", () => {
    const gone = repeat(40, () => ({ faces: [at(1.2)] }));
    const seen = watch([at(0), at(1.2)], [...gone, { faces: [at(1.2), at(0.3)] }]);
    expect(seen.slice(0, 40).every((place) => place === undefined)).toBe(true);
    expect(last(seen)).toEqual(at(0.3));
  });

  test("is not the other, though the network slid over to him", () => {
    const [slid, both] = watch(
      [at(0), at(1.2)],
      [
        { faces: [at(1.2)], followed: at(1.15) },
        { faces: [at(0), at(1.2)], followed: at(1.15) },
      ],
    );
    expect(slid).toBeUndefined();
    expect(both).toEqual(at(0));
  });

  test("is not where a network leapt to and no face is seen", () => {
    const leap = { faces: [at(2)], followed: at(0.7), isSteady: false };
    expect(watch([at(0), at(2)], [leap])).toEqual([undefined]);
  });

  test("is kept while he passes before the other", () => {
    const walk = repeat(40, (i) => {
      const x = 0.1 * (i + 1);
      // Whoever is behind him is not seen.
      return { faces: Math.abs(x - 2) < 0.6 ? [at(x)] : [at(x), at(2)], followed: at(x) };
    });
    const seen = watch([at(0), at(2)], walk);
    expect(seen.map((place) => place && place.x / 100)).toEqual(
      walk.map(({ followed }) => followed && followed.x / 100),
    );
  });

  test("is not the other who passes before him", () => {
    const walk = repeat(40, (i) => {
      const x = 2 - 0.1 * (i + 1);
      return { faces: Math.abs(x) < 0.6 ? [at(x)] : [at(x), at(0)] };
    });
    const seen = watch([at(0), at(2)], walk);
    expect(seen.filter((place) => place !== undefined && place.x !== 0)).toEqual([]);
    expect(last(seen)).toEqual(at(0));
  });

  test("is not the other whom the film shows larger, and is found after the cut", () => {
    const large = repeat(50, () => ({ faces: [at(0.7, 2.4)], followed: at(0.6, 2.3) }));
    const seen = watch([at(0), at(1.5)], [...large, { faces: [at(0.1), at(1.5)] }]);
    expect(seen.slice(0, 50).every((place) => place === undefined)).toBe(true);
    expect(last(seen)).toEqual(at(0.1));
  });

  test("is found anywhere if he is alone, or the other is still there", () => {
    expect(watch([at(0)], [{ faces: [] }, { faces: [at(5)] }])).toEqual([undefined, at(5)]);
    const looks = [{ faces: [at(2)] }, { faces: [at(2), at(6)] }];
    expect(watch([at(0), at(2)], looks)).toEqual([undefined, at(6)]);
    // Either of them may have come back.
    expect(watch([at(0), at(2)], [{ faces: [] }, { faces: [at(6)] }])).toEqual([
      undefined,
      undefined,
    ]);
  });

  test("may stand where somebody stood who left", () => {
    const alone = repeat(20, () => ({ faces: [at(0)], followed: at(0) }));
    const walk = repeat(20, (i) => ({ faces: [at(0.1 * i)], followed: at(0.1 * i) }));
    const looks = [...alone, ...walk, { faces: [] }, { faces: [at(2)] }];
    expect(last(watch([at(0), at(1.9)], looks))).toEqual(at(2));
  });
});

test("is looked for in every frame only while somebody is near", () => {
  expect(isCrowded(castOf([at(0), at(1.2)], 0, 0))).toBe(true);
  expect(isCrowded(castOf([at(0), at(4)], 0, 0))).toBe(false);
  expect(isCrowded(castOf([at(0), at(0.5, 4)], 0, 0))).toBe(false);
});

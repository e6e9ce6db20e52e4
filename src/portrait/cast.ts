/**
 * @file Who is who among the faces of a film, by where they were last: one is chosen, and kept.
 *
 * Nobody is recognised here. People are told apart by place and size alone, all of them at once: a
 * face that stands where somebody else stood is somebody else's, however near it is.
 */
import type { Face } from "./detect.js";

/** Where a face is, px. */
export interface Place {
  readonly x: number;
  readonly y: number;
  /** About its width. */
  readonly size: number;
}

/** Somebody, where he was last and when, seconds. */
interface Person {
  readonly place: Place;
  readonly seconds: number;
}

/** The people of a film, as of one look at it. */
export interface Cast {
  /** The chosen one is the first. */
  readonly people: readonly Person[];
  /** When that was. */
  readonly seconds: number;
}

/** A face that was followed from one frame to the next. */
export interface Followed {
  readonly place: Place;
  /** False if it went further than faces go in a frame. */
  readonly isSteady: boolean;
}

/** What a look at all faces tells of the chosen one. */
export interface Meeting {
  readonly cast: Cast;
  /** Whether the face that was followed is his. */
  readonly isKept: boolean;
  /** Which of the faces is his, if it is not the one that was followed. */
  readonly found?: number | undefined;
}

/**
 * How far people move, see `distance`: whoever was seen in the last look, between two looks; the
 * chosen one; and who was not seen for a while.
 */
const STEP = 0.4;
const STEP_MOST = 0.8;
const LOST_MOST = 1.5;
/** Two looks at one face are less than this apart. */
const SAME_MOST = 0.5;
/** Somebody else's face is nearer to his last place than to the chosen one's, by this much. */
const CLEARLY = 0.1;
/** Others are near the chosen one within this. */
const NEAR = 1.8;
/** How far a change of size by e counts. */
const SIZE_SHARE = 1.5;
/** Others that were not seen for so long have left, seconds. */
const FORGOTTEN_SECONDS = 3;

/** Middles of the eyes, nose and mouth, as a detector gives them, by two landmarks each. */
const KEYPOINTS = [
  [33, 133],
  [362, 263],
  [4, 4],
  [13, 14],
] as const;
/** A face's width in mean distances of these points from their middle. */
const WIDTH = 4;

/** Where a detected face is. */
export function placeOfFace({ keypoints }: Face): Place {
  return placeOf(keypoints.slice(0, KEYPOINTS.length));
}

/** Where landmarks are. @param points - px, shape [≥468, 3]. */
export function placeOfLandmarks(points: Float32Array): Place {
  return placeOf(
    KEYPOINTS.map(([a, b]) => [
      (points[3 * a] + points[3 * b]) / 2,
      (points[3 * a + 1] + points[3 * b + 1]) / 2,
    ]),
  );
}

function placeOf(points: readonly (readonly [number, number])[]): Place {
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(([px]) => px), mean(([, py]) => py)];
  return { x, y, size: WIDTH * Math.sqrt(mean(([px, py]) => (px - x) ** 2 + (py - y) ** 2)) };
}

/** How far two places are apart, in widths of the larger face; another size is further away. */
export function distance(a: Place, b: Place): number {
  const way = Math.hypot(a.x - b.x, a.y - b.y) / Math.max(a.size, b.size);
  return way + SIZE_SHARE * Math.abs(Math.log(a.size / b.size));
}

/** The people of a first look. @param chosen - Which of the places is the chosen one's. */
export function castOf(places: readonly Place[], chosen: number, seconds: number): Cast {
  const others = places.filter((_, i) => i !== chosen);
  return { people: [places[chosen], ...others].map((place) => ({ place, seconds })), seconds };
}

/** Whether somebody else is so near that the chosen one must be looked for in every frame. */
export function isCrowded({ people: [chosen, ...others] }: Cast): boolean {
  return others.some(({ place }) => distance(place, chosen.place) < NEAR);
}

/** Finds the chosen one among the faces of a later frame. @param followed - None if he was lost. */
export function meet(
  cast: Cast,
  places: readonly Place[],
  seconds: number,
  followed?: Followed,
): Meeting {
  const same = followed && nearest(places, followed.place, SAME_MOST);
  // Detectors see less of profiles than landmark networks: where he is, is learned from both only.
  if (followed?.isSteady && same === undefined) {
    return { cast: recast(cast, places, seconds, undefined), isKept: true };
  }
  const owners = assign(cast, places);
  if (same !== undefined && isHis(cast, places[same], owners[same])) {
    return { cast: recast(cast, places, seconds, same), isKept: true };
  }
  const found = owners.includes(0) ? owners.indexOf(0) : returned(cast, places, owners);
  return { cast: recast(cast, places, seconds, found), isKept: false, found };
}

/** Whether a face that was followed is the chosen one's. @param owner - Whose its place is. */
function isHis({ people }: Cast, place: Place, owner: number | undefined): boolean {
  const way = distance(people[0].place, place);
  if (owner === undefined || owner === 0) return way <= STEP_MOST;
  // Where people cross, places cannot tell them: who was followed is believed.
  return way - distance(people[owner].place, place) < CLEARLY;
}

/** The chosen one where nobody stood before: only if everybody else is seen elsewhere. */
function returned(
  { people }: Cast,
  places: readonly Place[],
  owners: readonly (number | undefined)[],
): number | undefined {
  if (people.some((_, person) => person > 0 && !owners.includes(person))) return undefined;
  const free = places.filter((_, i) => owners[i] === undefined);
  const at = nearest(free, people[0].place, Number.POSITIVE_INFINITY);
  return at === undefined ? undefined : places.indexOf(free[at]);
}

/** Everybody where he is now. @param chosen - Which of the places is the chosen one's, if any is. */
function recast(
  cast: Cast,
  places: readonly Place[],
  seconds: number,
  chosen: number | undefined,
): Cast {
  const [first, ...others] = cast.people;
  const left = places.filter((_, i) => i !== chosen);
  const owners = assign({ ...cast, people: others }, left);
  const seen = others.map((person, i) => {
    const at = owners.indexOf(i);
    return at < 0 ? person : { place: left[at], seconds };
  });
  // While he is lost a new face may be his own, and whoever is gone may come back as he may.
  if (chosen === undefined) return { people: [first, ...seen], seconds };
  const came = left.filter((_, i) => owners[i] === undefined);
  const people = [
    { place: places[chosen], seconds },
    ...seen.filter((person) => seconds - person.seconds < FORGOTTEN_SECONDS),
    ...came.map((place) => ({ place, seconds })),
  ];
  return { people, seconds };
}

/**
 * Whose each face is: whoever was seen in the last look has only gone on a little; what is then left
 * is the nearest one's. Shape [places].
 */
function assign({ people, seconds }: Cast, places: readonly Place[]): (number | undefined)[] {
  const pairs = people
    .flatMap(({ place }, person) =>
      places.map((other, face) => ({ person, face, way: distance(place, other) })),
    )
    .sort((a, b) => a.way - b.way);
  const owners: (number | undefined)[] = places.map(() => undefined);
  const give = (wanted: typeof pairs) => {
    for (const { person, face } of wanted) {
      if (owners[face] === undefined && !owners.includes(person)) owners[face] = person;
    }
  };
  give(pairs.filter(({ person, way }) => people[person].seconds === seconds && way <= STEP));
  give(pairs.filter(({ way }) => way <= LOST_MOST));
  return owners;
}

function nearest(places: readonly Place[], to: Place, most: number): number | undefined {
  const ways = places.map((place) => distance(place, to));
  const least = Math.min(...ways);
  return ways.length > 0 && least <= most ? ways.indexOf(least) : undefined;
}

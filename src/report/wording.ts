/** @file Numbers and times of a report as people read them. */

/** Minutes, seconds and hundredths. */
export function timeCode(seconds: number): string {
  const hundredths = Math.max(0, Math.round(100 * seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

/** A number as people read it: three figures at most behind the point. */
export function numberOf(value: number): string {
  const size = Math.abs(value);
  const text = value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return Number(text) === 0 ? "0" : text;
}

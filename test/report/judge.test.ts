/** @file From values to verdicts and words. */
import { describe, expect, test } from "vitest";
import { judge } from "../../src/report/judge.js";
import { MEASURES, type MeasureName } from "../../src/report/measure.js";
import { REAL_RANGES } from "../../src/report/real-ranges.js";
import { worstOf } from "../../src/report/report.js";
import { numberOf, timeCode } from "../../src/report/wording.js";

describe("verdicts", () => {
  test.each<[MeasureName, number, string]>([
    ["lipOffset", 60, "pass"],
    ["lipOffset", 61, "warn"],
    ["lipOffset", 101, "fail"],
    ["lipOffset", -131, "fail"],
    ["frozenFrames", 10, "pass"],
    ["frozenFrames", 41, "fail"],
    ["blinkRate", 0, "fail"],
    ["silenceGap", -1000, "pass"],
    ["blinkRegularity", 1000, "pass"],
  ])("%s of %s is a %s", (name, value, verdict) => {
    expect(judge({ name, value }).verdict).toBe(verdict);
  });

  test("are none without a value, for what is no number, and where nothing is limited", () => {
    expect(judge({ name: "lipOffset", note: "Why." })).toMatchObject({
      verdict: "not measured",
      note: "Why.",
    });
    expect(judge({ name: "lipOffset", value: Number.NaN }).verdict).toBe("not measured");
    expect(judge({ name: "headFast", value: 0.9 })).toMatchObject({
      verdict: "not measured",
      value: 0.9,
    });
  });

  test("come with what real films reach", () => {
    const { p10, p90 } = REAL_RANGES.jitter!;
    expect(judge({ name: "jitter", value: 1 }).real).toEqual([p10, p90]);
    expect(judge({ name: "voiceShift", value: 1 }).real).toBeUndefined();
  });

  test("never get better away from the middle", () => {
    for (const name of Object.keys(MEASURES) as MeasureName[]) {
      const verdicts = Array.from({ length: 2001 }, (_, i) => {
        return judge({ name, value: (i - 1000) / 4 }).verdict;
      });
      for (const good of [["pass"], ["pass", "warn"]]) {
        const is = verdicts.map((verdict) => good.includes(verdict));
        const within = is.slice(is.indexOf(true), is.lastIndexOf(true) + 1);
        expect(within.every(Boolean), name).toBe(true);
      }
    }
  });

  test("of a film are the worst of all", () => {
    const measured = (...values: readonly (number | undefined)[]) =>
      worstOf(values.map((value) => judge({ name: "frozenFrames", value })));
    expect(measured(0, undefined, 0)).toBe("pass");
    expect(measured(0, 20, undefined)).toBe("warn");
    expect(measured(20, 90, 0)).toBe("fail");
    expect(measured(undefined)).toBe("not measured");
  });
});

describe("words", () => {
  test.each([
    [0, "0:00.00"],
    [9.999, "0:10.00"],
    [61.25, "1:01.25"],
    [3599.994, "59:59.99"],
    [-0.2, "0:00.00"],
  ])("%s s is %s", (seconds, text) => {
    expect(timeCode(seconds)).toBe(text);
  });

  test.each([
    [0, "0"],
    [-0.001, "0"],
    [0.128, "0.13"],
    [-9.5, "-9.50"],
    [12.34, "12.3"],
    [-238.4, "-238"],
  ])("%s is %s", (value, text) => {
    expect(numberOf(value)).toBe(text);
  });
});

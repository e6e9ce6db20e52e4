/** @file The page of a report: whole, alone, and with nothing of a film's name taken for markup. */
import { describe, expect, test } from "vitest";
import { MEASURES } from "../../src/report/measure.js";
import { writePage } from "../../src/report/page.js";
import { reportOf, speechOf, still, trackOf } from "./tracks.js";

const image = { seconds: 1.5, address: "data:image/jpeg;base64,AAAA", width: 4, height: 3 };
const track = trackOf(1100, still);
const speech = speechOf(4350, {
  sounds: [
    { name: "PP", start: 100, end: 110 },
    { name: "A", start: 110, end: 130 },
  ],
});
const report = reportOf(
  track,
  [
    { name: "jitter", value: 7.123 },
    { name: "lipMatch", value: 0.5 },
    { name: "blinkRate", note: "A <b>reason</b>." },
  ],
  {
    name: `<img src="x" onerror=alert(1)>&.mp4`,
    verdict: "fail",
    speech,
    blinks: [{ startSeconds: 2, endSeconds: 2.2 }],
    moments: [{ seconds: 1.5, name: "jitter", what: "It jumps & shakes." }],
  },
);
const page = writePage(report, { sheet: [image, image, image], moments: [image] });

describe("a page", () => {
  test("needs nothing from elsewhere", () => {
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\(/i);
    const addresses = [...page.matchAll(/\s(?:src|href|xlink:href)="([^"]*)"/g)];
    expect(addresses).toHaveLength(4);
    for (const [, address] of addresses) expect(address).toMatch(/^data:image\/jpeg;base64,/);
  });

  test("takes no name and no note for markup", () => {
    expect(page).not.toContain('<img src="x"');
    expect(page).not.toContain("<b>reason");
    expect(page).toContain("&#60;img src=&#34;x&#34; onerror=alert(1)&#62;&#38;.mp4");
  });

  test("has a row for each measure, with its verdict, value and reason", () => {
    for (const { title } of Object.values(MEASURES)) {
      expect(page.split(`<td>${title}</td>`)).toHaveLength(2);
    }
    expect(page).toMatch(/<tr class="fail">.*Shake of the skull.*7\.12/);
    expect(page).toMatch(/<tr class="pass">.*Lips follow what is said.*0\.50/);
    expect(page).toMatch(/<tr class="not-measured">.*Blinks<.*A &#60;b&#62;reason/);
    expect(page).toMatch(/1 fail.*0 warn.*1 pass.*30 not measured/);
  });

  test("shows the moments with their times and words", () => {
    expect(page).toMatch(/0:01\.50<\/b> Shake of the skull\. It jumps &#38; shakes\./);
  });

  test("draws no coordinate that is no number", () => {
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("closes every element that it opens", () => {
    const open: string[] = [];
    for (const [, end, name, alone] of page.matchAll(/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/g)) {
      if (["meta", "img"].includes(name) || alone === "/") continue;
      if (end === "/") expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });
});

test("a page of a film without sound, moments or pictures is whole", () => {
  const bare = writePage(reportOf(trackOf(30, still)), { sheet: [], moments: [] });
  expect(bare).toContain("</html>");
  expect(bare).not.toMatch(/NaN|undefined|Worst moments/);
});

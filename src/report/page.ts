/** @file A report as one page: verdicts, a contact sheet, curves over the sound, worst moments. */
import { MEASURES, type Measure, type Verdict } from "./measure.js";
import type { FilmReport } from "./report.js";
import { drawTimeline } from "./timeline.js";
import { numberOf, timeCode } from "./wording.js";

/** A picture of the page. */
export interface PageImage {
  readonly seconds: number;
  /** As `data:` address, so that the page stands alone. */
  readonly address: string;
  readonly width: number;
  readonly height: number;
}

/** What a page shows besides the numbers. */
export interface PageImages {
  /** Evenly spread over the film. */
  readonly sheet: readonly PageImage[];
  /** One for each of the report's moments. */
  readonly moments: readonly PageImage[];
}

const MARKS: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  warn: "!",
  fail: "✗",
  "not measured": "–",
};

/** The page of a report; it needs nothing from elsewhere. */
export function writePage(report: FilmReport, images: PageImages): string {
  const { name, durationSeconds, fps, width, height, verdict, measures } = report;
  const facts = `${durationSeconds.toFixed(2)} s, ${fps.toFixed(2)} frames a second, looked at in ${width} × ${height}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${inert(name)}: report</title>
<style>${STYLE}</style>
</head>
<body>
<h1><span class="mark ${classOf(verdict)}">${MARKS[verdict]}</span> ${inert(name)}</h1>
<p>${inert(facts)}</p>
<div class="counts">${countsOf(measures)}</div>
<table>
<thead><tr><th></th><th>Measure</th><th>Value</th><th>Real films</th><th></th></tr></thead>
<tbody>
${measures.map(rowOf).join("\n")}
</tbody>
</table>
<h2>Over time</h2>
${drawTimeline(report)}
<h2>Contact sheet</h2>
<div class="sheet">${images.sheet.map((image) => figureOf(image, "")).join("")}</div>
${momentsOf(report, images)}
</body>
</html>
`;
}

function countsOf(measures: readonly Measure[]): string {
  return (["fail", "warn", "pass", "not measured"] as const)
    .map((verdict) => {
      const count = measures.filter((measure) => measure.verdict === verdict).length;
      return `<span class="${classOf(verdict)}">${count} ${verdict}</span>`;
    })
    .join(" ");
}

function rowOf({ name, value, verdict, real, note }: Measure): string {
  const { title, unit } = MEASURES[name];
  const range = real === undefined ? "" : `${numberOf(real[0])} … ${numberOf(real[1])}`;
  return `<tr class="${classOf(verdict)}"><td class="mark">${MARKS[verdict]}</td><td>${inert(title)}</td><td class="number">${value === undefined ? "" : `${numberOf(value)} <small>${inert(unit)}</small>`}</td><td class="number">${range}</td><td><small>${inert(note ?? "")}</small></td></tr>`;
}

function momentsOf({ moments }: FilmReport, images: PageImages): string {
  if (moments.length === 0) return "";
  const figures = moments.map((moment, k) => {
    const image = images.moments[k];
    const words = `${MEASURES[moment.name].title}. ${moment.what}`;
    return image === undefined ? "" : figureOf(image, words);
  });
  return `<h2>Worst moments</h2>\n<div class="sheet large">${figures.join("")}</div>`;
}

function figureOf({ seconds, address, width, height }: PageImage, words: string): string {
  return `<figure><img src="${address}" width="${width}" height="${height}" alt=""><figcaption><b>${timeCode(seconds)}</b> ${inert(words)}</figcaption></figure>`;
}

function classOf(verdict: Verdict): string {
  return verdict.replace(" ", "-");
}

/** Text that no browser takes for markup. */
function inert(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --pass: #2a7d3c; --warn: #a86a00; --fail: #c0291f; --dim: #888; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .2rem .6rem; border-bottom: 1px solid #8883; vertical-align: top; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.mark { font-weight: bold; text-align: center; }
.counts span { margin-right: 1rem; font-weight: 600; }
span.pass, tr.pass .mark { color: var(--pass); } span.warn, tr.warn .mark { color: var(--warn); }
span.fail, tr.fail .mark { color: var(--fail); } .not-measured { color: var(--dim); }
tr.fail td:nth-child(2) { font-weight: 600; }
small { color: var(--dim); }
.sheet { display: flex; flex-wrap: wrap; gap: 6px; }
figure { margin: 0; width: 168px; } .large figure { width: 250px; }
img { width: 100%; height: auto; display: block; border-radius: 3px; }
figcaption { font-size: 12px; color: var(--dim); padding: 2px 0 6px; }
svg { width: 100%; height: auto; display: block; }
`;

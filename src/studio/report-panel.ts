/** @file The dialog that shows what a film is worth. */
import type { Consent, Measure, Verdict } from "../index.js";
import { numberOf, timeCode } from "../index.js";
import { make, part } from "./dom.js";
import type { ReportWish, StudioReport } from "./jobs.js";
import { MEASURE_GROUPS, sayMeasure, sayRemark } from "./report-words.js";
import { failureText } from "./saving.js";
import { type Job, JobStopped, type StudioThread } from "./thread-calls.js";
import type { Word, Words } from "./words.js";

/** What the dialog needs of the studio. */
export interface ReportEvents {
  begin(): void;
  /** What is declared, if there is a performance that may be looked at. */
  consent(): Consent | undefined;
  seek(seconds: number): void;
}

const MARKS: Readonly<Record<Verdict, string>> = {
  pass: "✓",
  warn: "!",
  fail: "✗",
  "not measured": "i",
};
const SENTENCES: Readonly<Record<Verdict, Word>> = {
  pass: "reportGood",
  warn: "reportFair",
  fail: "reportBad",
  "not measured": "reportNone",
};
const STAGES: Readonly<Record<string, Word>> = {
  film: "stage_film",
  portrait: "stage_portrait",
  voice: "stage_voice",
};
/** How much of a scale lies beyond what real films reach, each side. */
const MARGIN = 0.35;

/** Listens to the dialog. */
export function openReport(thread: StudioThread, words: Words, events: ReportEvents): void {
  const { say } = words;
  const dialog = part<HTMLDialogElement>("report");
  const now = part<HTMLButtonElement>("report-now");
  const choose = part<HTMLButtonElement>("report-choose");
  const file = part<HTMLInputElement>("report-file");
  const problem = part("report-problem");
  const save = part<HTMLAnchorElement>("report-save");
  let running: Job<StudioReport> | undefined;
  let pageUrl: string | undefined;
  let stillUrls: readonly string[] = [];

  const look = async (wish: ReportWish, isMine: boolean) => {
    events.begin();
    for (const button of [now, choose]) button.disabled = true;
    problem.hidden = true;
    save.hidden = true;
    part("report-found").replaceChildren();
    part("report-work").hidden = false;
    showWork("film", 0);
    running = thread.ask("report", wish, showWork);
    try {
      const report = await running.result;
      for (const url of [...stillUrls, pageUrl]) if (url !== undefined) URL.revokeObjectURL(url);
      const stills = report.moments.map(({ still }) => still && URL.createObjectURL(still));
      stillUrls = stills.filter((url) => url !== undefined);
      pageUrl = URL.createObjectURL(report.page);
      const name = isMine ? say("reportMine") : report.name;
      Object.assign(save, { href: pageUrl, download: `${isMine ? "report" : name}.html` });
      save.hidden = false;
      const seek = (seconds: number) => {
        dialog.close();
        events.seek(seconds);
      };
      part("report-found").replaceChildren(
        ...draw(words, { ...report, name }, stills, isMine ? seek : undefined),
      );
    } catch (error) {
      problem.textContent =
        error instanceof JobStopped ? say("stopped") : (failureText(words, error) ?? say("crash"));
      problem.hidden = false;
    }
    running = undefined;
    part("report-work").hidden = true;
    choose.disabled = false;
    now.disabled = events.consent() === undefined;
  };
  const showWork = (stage: string, share: number) => {
    const word = STAGES[stage] ?? "stage_report";
    part("report-said").textContent = `${say(word)} · ${Math.round(100 * share)} %`;
    part<HTMLProgressElement>("report-share").value = share;
  };
  part("report-open").addEventListener("click", () => {
    if (running === undefined) now.disabled = events.consent() === undefined;
    dialog.showModal();
  });
  now.addEventListener("click", () => {
    const consent = events.consent();
    if (consent !== undefined) void look({ consent }, true);
  });
  choose.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const film = file.files?.[0];
    if (film !== undefined) void look({ film }, false);
    file.value = "";
  });
  part("report-cancel").addEventListener("click", () => running?.cancel());
}

/** What was found, as elements. @param seek - Absent where the film is not the one on the stage. */
function draw(
  { say, language }: Words,
  report: StudioReport,
  stills: readonly (string | undefined)[],
  seek: ((seconds: number) => void) | undefined,
): readonly Node[] {
  const { name, durationSeconds, fps, verdict, measures } = report;
  const counts = (["pass", "warn", "fail"] as const).flatMap((one) => {
    const count = measures.filter((measure) => measure.verdict === one).length;
    if (count === 0) return [];
    return [
      make("span", {
        className: `chip ${one}`,
        textContent: say(`count_${one}`, { count: `${count}` }),
      }),
    ];
  });
  const head = make(
    "div",
    { className: `found ${classOf(verdict)}` },
    make("strong", { textContent: say(SENTENCES[verdict]) }),
    make("span", {
      className: "dim",
      textContent: say("reportOf", {
        name,
        seconds: numberOf(durationSeconds),
        fps: numberOf(fps),
      }),
    }),
    make("span", { className: "chips" }, ...counts),
  );
  const known = measures.filter(({ value }) => value !== undefined);
  const groups = MEASURE_GROUPS.flatMap(({ names, ...title }) => {
    const rows = known.filter((measure) => names.some((one) => one === measure.name));
    if (rows.length === 0) return [];
    const items = rows.map((measure) => rowOf(measure, { say, language }));
    return [
      make("h3", { textContent: title[language] }),
      make("ul", { className: "measures" }, ...items),
    ];
  });
  const moments = report.moments.map(({ seconds, what, name }, k) => {
    const time = timeCode(seconds);
    const go = make("button", {
      type: "button",
      textContent: time,
      ariaLabel: say("goTo", { time }),
    });
    go.addEventListener("click", () => seek?.(seconds));
    const still = stills[k];
    return make(
      "figure",
      { title: sayMeasure(language, name).title },
      ...(still === undefined ? [] : [make("img", { src: still, alt: "" })]),
      make(
        "figcaption",
        {},
        seek === undefined ? make("b", { textContent: time }) : go,
        ` ${sayRemark(language, what)}`,
      ),
    );
  });
  const unknown = measures.filter(({ value }) => value === undefined);
  const rest = make(
    "details",
    {},
    make("summary", { textContent: say("unmeasured", { count: `${unknown.length}` }) }),
    make(
      "ul",
      {},
      ...unknown.map(({ name, note = "" }) => {
        const { title } = sayMeasure(language, name);
        return make(
          "li",
          {},
          `${title}. `,
          make("small", { textContent: sayRemark(language, note) }),
        );
      }),
    ),
  );
  return [
    head,
    ...(moments.length === 0
      ? []
      : [
          make("h3", { textContent: say("worst") }),
          make("div", { className: "moments" }, ...moments),
        ]),
    ...groups,
    ...(unknown.length === 0 ? [] : [rest]),
  ];
}

function rowOf(
  { name, value = 0, verdict, real, note }: Measure,
  { say, language }: Pick<Words, "say" | "language">,
): HTMLElement {
  const { title, unit } = sayMeasure(language, name);
  const said = say(`verdict_${verdict}`);
  const mark = make("span", {
    className: "mark",
    textContent: MARKS[verdict],
    ariaLabel: said,
    title: said,
  });
  mark.setAttribute("role", "img");
  const words = make("span", { className: "what" }, title);
  if (note !== undefined) words.append(make("small", { textContent: sayRemark(language, note) }));
  const number = make(
    "span",
    { className: "number" },
    `${signed(value)} `,
    make("small", { textContent: unit }),
  );
  return make(
    "li",
    { className: classOf(verdict) },
    mark,
    words,
    number,
    ...(real === undefined ? [make("span")] : [scaleOf(value, real, say)]),
  );
}

/** The value on a line, over the band that real films fill. */
function scaleOf(
  value: number,
  [from, to]: readonly [number, number],
  say: Words["say"],
): HTMLElement {
  const [low, high] = [Math.min(from, value), Math.max(to, value)];
  const margin = MARGIN * (high - low || 1);
  const at = (x: number) => `${(100 * (x - low + margin)) / (high - low + 2 * margin)}%`;
  const band = make("i", { className: "band" });
  band.style.left = at(from);
  band.style.right = `calc(100% - ${at(to)})`;
  const dot = make("i", { className: "dot" });
  dot.style.left = at(value);
  const words = say("real", { from: signed(from), to: signed(to) });
  const scale = make("span", { className: "scale", title: words, ariaLabel: words }, band, dot);
  scale.setAttribute("role", "img");
  return scale;
}

/** A number with a minus that is as wide as a plus. */
function signed(value: number): string {
  return numberOf(value).replace("-", "−");
}

function classOf(verdict: Verdict): string {
  return verdict.replace(" ", "-");
}

/** @file What live sessions tell of themselves in numbers, for Prometheus. */

/** Counts what live sessions do. */
export interface LiveNumbers {
  began(): void;
  ended(outcome: string): void;
  /** A frame went out. @param seconds - Since the sound came in that it shows. */
  sent(seconds: number): void;
  dropped(frames: number): void;
  readonly open: number;
  /** @source Prometheus text exposition format 0.0.4. */
  write(): string;
}

/** Upper ends of the classes of latencies, s. */
const SECONDS = [0.2, 0.3, 0.35, 0.4, 0.5, 0.75, 1, 2] as const;

/** Starts counting. */
export function makeLiveNumbers(): LiveNumbers {
  const outcomes = new Map<string, number>();
  const classes: number[] = SECONDS.map(() => 0);
  let [open, total, sum, left] = [0, 0, 0, 0];
  return {
    began() {
      open++;
    },
    ended(outcome) {
      open--;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    },
    sent(seconds) {
      total++;
      sum += seconds;
      SECONDS.forEach((most, i) => {
        if (seconds <= most) classes[i] = (classes[i] ?? 0) + 1;
      });
    },
    dropped(frames) {
      left += frames;
    },
    get open() {
      return open;
    },
    write() {
      const name = "ritratto_live_latency_seconds";
      return [
        "# HELP ritratto_live_sessions Live sessions that are open.",
        "# TYPE ritratto_live_sessions gauge",
        `ritratto_live_sessions ${open}`,
        "# HELP ritratto_live_sessions_total Live sessions that are over, by how they ended.",
        "# TYPE ritratto_live_sessions_total counter",
        ...[...outcomes].map(([how, n]) => `ritratto_live_sessions_total{outcome="${how}"} ${n}`),
        "# HELP ritratto_live_dropped_total Frames that were left out.",
        "# TYPE ritratto_live_dropped_total counter",
        `ritratto_live_dropped_total ${left}`,
        `# HELP ${name} From sound to the frame that shows it.`,
        `# TYPE ${name} histogram`,
        ...SECONDS.map((most, i) => `${name}_bucket{le="${most}"} ${classes[i]}`),
        `${name}_bucket{le="+Inf"} ${total}`,
        `${name}_sum ${sum}`,
        `${name}_count ${total}`,
        "",
      ].join("\n");
    },
  };
}

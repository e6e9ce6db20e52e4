/** @file What a service tells of itself: numbers for Prometheus, and one line of JSON for each event. */
import type { JobState } from "./queue.js";

/** Writes an event. Values are ours or checked; contents, keys and addresses are never logged. */
export type Log = (event: string, values?: Readonly<Record<string, unknown>>) => void;

/** A log as lines of JSON. */
export function jsonLog(write: (line: string) => void, now: () => number = Date.now): Log {
  return (event, values = {}) => {
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), event, ...values })}\n`);
  };
}

/** Counts requests. */
export interface Metrics {
  count(method: string, route: string, status: number, seconds: number): void;
  /** @source Prometheus text exposition format 0.0.4. */
  write(jobs: Readonly<Record<JobState, number>>): string;
}

/** Upper ends of the classes of durations, s. */
const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10] as const;

/** Starts counting. */
export function makeMetrics(): Metrics {
  const requests = new Map<string, number>();
  const classes: number[] = SECONDS.map(() => 0);
  let [total, sum] = [0, 0];
  return {
    count(method, route, status, seconds) {
      const labels = `method="${method}",route="${route}",status="${status}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
      total++;
      sum += seconds;
      SECONDS.forEach((most, i) => {
        if (seconds <= most) classes[i] = (classes[i] ?? 0) + 1;
      });
    },
    write(jobs) {
      const name = "ritratto_request_seconds";
      return [
        "# HELP ritratto_jobs Films by state.",
        "# TYPE ritratto_jobs gauge",
        ...Object.entries(jobs).map(([state, count]) => `ritratto_jobs{state="${state}"} ${count}`),
        "# HELP ritratto_requests_total Requests that were answered.",
        "# TYPE ritratto_requests_total counter",
        ...[...requests].map(([labels, count]) => `ritratto_requests_total{${labels}} ${count}`),
        `# HELP ${name} How long answers took to begin.`,
        `# TYPE ${name} histogram`,
        ...SECONDS.map((most, i) => `${name}_bucket{le="${most}"} ${classes[i]}`),
        `${name}_bucket{le="+Inf"} ${total}`,
        `${name}_sum ${sum}`,
        `${name}_count ${total}`,
        "# HELP ritratto_memory_bytes Resident memory of the server.",
        "# TYPE ritratto_memory_bytes gauge",
        `ritratto_memory_bytes ${process.memoryUsage.rss()}`,
        "",
      ].join("\n");
    },
  };
}

/** @file The words of a service's commands. */
import { type Command, Option } from "commander";
import { SCOPES } from "../server/scopes.js";
import { USUAL_WORK } from "../server/work-limits.js";
import type { Session } from "./commands.js";
import { numberOption, OPTIONS } from "./options.js";
import type { Streams } from "./report.js";

/** Adds `serve`, `worker` and `key` to the program. */
export function addServiceCommands(
  program: Command,
  session: Session,
  streams: Pick<Streams, "out">,
): void {
  const whole = { whole: true } as const;
  const withWork = (command: Command) =>
    command
      .requiredOption("--data <folder>", "where the service keeps everything")
      .option(
        "--queue <address>",
        "redis://… for workers on many machines; RITRATTO_QUEUE if not said, else a file in --data",
      )
      .addOption(
        new Option(
          "--storage <address>",
          "s3://bucket/prefix, where workers of other machines find files (docs/service.md)",
        ).env("RITRATTO_STORAGE"),
      )
      .addOption(
        numberOption({
          ...{ flag: "--lease <s>", text: "seconds until a silent worker's film is another's" },
          ...{ min: 1, max: 600, fallback: 15 },
        }),
      )
      .addOption(
        numberOption({
          ...{ flag: "--memory <mb>", text: "memory that a film may take, MB", ...whole },
          ...{ min: 512, max: 1_000_000, fallback: USUAL_WORK.memoryMb },
        }),
      )
      .addOption(
        numberOption({
          ...{ flag: "--seconds <n>", text: "seconds that a film may take" },
          ...{ min: 1, max: 1e6, fallback: USUAL_WORK.seconds },
        }),
      )
      .addOption(
        numberOption({
          ...{ flag: "--segment <s>", text: "render longer films in segments, by several workers" },
          ...{ min: 0, max: 36_000, fallback: 0 },
        }),
      )
      .addOption(OPTIONS.threads)
      .option("--no-native", "use no native code, even if it is installed");

  withWork(program.command("serve").description("make films for others, by HTTP (docs/service.md)"))
    .option(
      "--host <address>",
      "where to listen; others than this machine need --keys",
      "127.0.0.1",
    )
    .addOption(
      numberOption({
        ...{ flag: "--port <n>", text: "port; 0 for any that is free", ...whole },
        ...{ min: 0, max: 65_535, fallback: 8090 },
      }),
    )
    .option("--keys <file>", "who may call, from `ritratto key`")
    .addOption(
      numberOption({
        ...{ flag: "--workers <n>", text: "films at once", ...whole },
        ...{ min: 0, max: 64, fallback: 1 },
      }),
    )
    .addOption(
      numberOption({
        ...{ flag: "--rate <n>", text: "requests a second of one caller" },
        ...{ min: 1, max: 10_000, fallback: 50 },
      }),
    )
    .addOption(
      numberOption({
        ...{ flag: "--keep <hours>", text: "how long films and uploads are kept" },
        ...{ min: 0, max: 100_000, fallback: 24 },
      }),
    )
    .addOption(
      numberOption({
        ...{ flag: "--live <n>", text: "live sessions at once; 0 for none", ...whole },
        ...{ min: 0, max: 64 },
      }),
    )
    .addOption(
      numberOption({
        ...{ flag: "--spare <mb>", text: "of the disk, what stays free, MB" },
        ...{ min: 0, max: 1e9, fallback: 512 },
      }),
    )
    .option("--webhook-private", "let webhooks call this machine and private networks")
    .action(async (options) => (await load()).serve(options, session, streams));

  withWork(
    program.command("worker").description("make the films that wait in a service's folder"),
  ).action(async (options) => (await load()).worker(options, session, streams));

  program
    .command("key")
    .description("add a key for a service's callers, and say it: it is not kept")
    .argument("<account>", "whose films these will be: a-z, 0-9, -")
    .requiredOption("--keys <file>", "file of keys; holds hashes only")
    .addOption(
      new Option("--scopes <scopes...>", "what it may").choices(SCOPES).default(["read", "write"]),
    )
    .addOption(
      numberOption({
        ...{ flag: "--films-per-day <n>", text: "films a UTC day", ...whole },
        ...{ min: 0, max: 1e9 },
      }),
    )
    .addOption(
      numberOption({
        ...{ flag: "--bytes-per-day <n>", text: "bytes uploaded a UTC day", ...whole },
        ...{ min: 0, max: 1e15 },
      }),
    )
    .option("--json", "result as JSON lines")
    .action(async (account, options) => (await load()).key(account, options, session));
}

/** Other commands need neither a server nor a database, and do not wait until they are loaded. */
function load() {
  return import("./service-commands.js");
}

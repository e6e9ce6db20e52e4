/** @file `verify`: where a film or picture comes from, as far as that can be told. */
import { basename } from "node:path";
import {
  checkAnchor,
  FilmError,
  plainFindings,
  readKeptManifest,
  type Verification,
  verify,
} from "../index.js";
import {
  folderRegistry,
  listSubjects,
  openCredentialsToolkit,
  openNode,
  readAnchors,
  readBytes,
  withSubject,
} from "../platform/node.js";
import type { Session } from "./commands.js";

/** Options of `verify`. */
export interface VerifyWishes {
  readonly registry?: string;
  readonly anchor?: readonly string[];
}

/** Exit codes of single files from the best to the worst: a folder has that of its worst file. */
const WORST_LAST: readonly number[] = [0, 3, 5, 2, 4];
const UNREADABLE = 2;

/**
 * `verify`: one line for each file.
 *
 * @returns The exit code, see `VERDICT_EXIT`; 2 if a file of a folder cannot be read.
 */
export async function verifyFiles(
  path: string,
  options: VerifyWishes,
  session: Session,
): Promise<number> {
  const anchors = await anchorsOf(options);
  const registry = folderRegistry(options.registry);
  await openNode();
  const readManifest = (manifest: Uint8Array) =>
    readKeptManifest(manifest, anchors, openCredentialsToolkit());
  const look = (file: string) =>
    withSubject(file, anchors, (subject) => verify(subject, { registry, readManifest }));
  const paths = await listSubjects(path);
  if (paths === undefined) {
    const found = await look(path);
    tell(path, found, found.verdict.sentence, session);
    return found.verdict.exitCode;
  }
  if (paths.length === 0) {
    const message = `“${path}” holds 0 films and pictures.`;
    throw new FilmError("file_missing", message, { path });
  }
  let worst = 0;
  for (const file of paths) {
    session.signal.throwIfAborted();
    worst = Math.max(worst, WORST_LAST.indexOf(await verifyOne(file, look, session)));
  }
  return WORST_LAST[worst] ?? UNREADABLE;
}

/** A file that cannot be read does not keep the others from being looked at. */
async function verifyOne(
  file: string,
  look: (file: string) => Promise<Verification>,
  session: Session,
): Promise<number> {
  try {
    const found = await look(file);
    tell(file, found, `${basename(file)}: ${found.verdict.sentence}`, session);
    return found.verdict.exitCode;
  } catch (error) {
    if (!(error instanceof FilmError)) throw error;
    const line = `${basename(file)}: Not readable. ${error.message}`;
    session.report.done(line, { file, exitCode: UNREADABLE, failure: error.toJSON() });
    return UNREADABLE;
  }
}

function tell(file: string, { verdict, findings }: Verification, line: string, session: Session) {
  session.report.done(line, { file, ...verdict, ...plainFindings(findings) });
}

/** This user's own certificates, and those that he was given. */
async function anchorsOf({ anchor = [] }: VerifyWishes): Promise<readonly string[]> {
  const read = async (path: string) => {
    const bytes = await readBytes(path, "anchor_invalid");
    return checkAnchor(new TextDecoder().decode(bytes), basename(path));
  };
  const given = await Promise.all(anchor.map(read));
  return [...(await readAnchors()), ...given];
}

/**
 * @file What goes between a server and its workers by way of their share, besides the files of jobs: the list
 * of portraits that are not to be used, to the workers; what they made, to the server's registry.
 */
import { basename, join } from "node:path";
import type { DataFolder } from "./data-folder.js";
import type { Share } from "./share.js";
import { hashOf } from "./stored-files.js";

/** What the list is called in a share. */
export const SHARED_OPT_OUTS = "opt-outs.json";
/** Where entries of films wait until the server has taken them into its registry. */
export const SHARED_REGISTRY = "registry/";

/**
 * Says to the workers what has changed, and takes what they have said.
 *
 * An entry is removed only after it is in the registry: a kill in between repeats it. A server without a list of
 * opt-outs takes the one that is in the share, so that a new disk does not forget whom it was to leave alone.
 */
export async function syncShare(
  { optOuts, registry }: Pick<DataFolder, "optOuts" | "registry">,
  share: Share,
): Promise<void> {
  const mine = await hashOf(optOuts);
  if (mine === undefined) await share.fetch(SHARED_OPT_OUTS, optOuts);
  else if ((await share.find(SHARED_OPT_OUTS))?.sha256 !== mine) {
    await share.put(SHARED_OPT_OUTS, optOuts);
  }
  for (const { name } of await share.list(SHARED_REGISTRY)) {
    await share.fetch(name, join(registry, basename(name)));
    await share.remove(name);
  }
}

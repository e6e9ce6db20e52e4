/** @file What it takes that nothing of a film is left. */
import type { Job, JobKey } from "./queue.js";
import { forgetSegments } from "./segments.js";
import type { Service } from "./service.js";

/** Stops a film, and erases all there is of it. @returns Its job as it was, if there was one. */
export async function eraseFilm(
  { queue, folder, webhooks }: Pick<Service, "queue" | "folder" | "webhooks">,
  key: JobKey,
): Promise<Job | undefined> {
  const job = await queue.erase(key);
  webhooks.forget(key);
  // Whoever rendered it may be dead.
  if (job !== undefined) await forgetSegments(queue, job);
  await folder.removeFilms(key);
  return job;
}

/** @file Another version of the page: it is kept and waits, is offered, and comes when it is wanted. */
import { part } from "./dom.js";

/** What is said to a version that waits, so that it waits no longer. */
export const TAKE_OVER = "take over";

/**
 * Registers the worker that keeps the page for offline use, and offers what is newer. A local server gives no such
 * worker, and needs none; where pages are not trusted there are none.
 */
export async function offerRenewal(): Promise<void> {
  const workers = navigator.serviceWorker;
  const registration = await workers?.register("offline-worker.js").catch(() => undefined);
  if (registration === undefined) return;
  const look = () => {
    // The first version comes by itself, and to a page that nobody keeps there is nothing newer.
    part("renewal").hidden = registration.waiting === null || workers.controller === null;
  };
  const follow = () => registration.installing?.addEventListener("statechange", look);
  registration.addEventListener("updatefound", follow);
  follow();
  look();
  part("renew").addEventListener("click", () => {
    workers.addEventListener("controllerchange", () => location.reload());
    registration.waiting?.postMessage(TAKE_OVER);
  });
}

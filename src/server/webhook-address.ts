/**
 * @file Where a webhook may lead: to the public internet, and to nothing that only this machine reaches.
 *
 * Names are resolved once for each delivery, every address found is looked at, and the connection goes
 * to one of those: a name that leads elsewhere a moment later leads nowhere.
 */
import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { FilmError } from "../index.js";

/** Says why an address is not to be called; nothing if it may. */
export type AddressRule = (address: string) => string | undefined;

/** Finds all addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const PUBLIC = ["unicast"] as const;
/** What an intranet is made of. Not link-local: there machines in clouds hand out their credentials. */
const INTRANET = [...PUBLIC, "private", "uniqueLocal", "loopback", "carrierGradeNat"] as const;
/** Of IPv6, what is given out for the internet. @source RFC 4291, 2.4; IANA's registry of IPv6 space. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Lets nothing pass but addresses of the internet. */
export const publicOnly: AddressRule = (address) => refusal(address, PUBLIC);

/** Lets addresses of intranets and of this machine pass, too. */
export const intranetToo: AddressRule = (address) => refusal(address, INTRANET);

function refusal(address: string, allowed: readonly string[]): string | undefined {
  if (!ipaddr.isValid(address)) return "no address";
  // ::ffff:10.0.0.1 is 10.0.0.1.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (!allowed.includes(range)) return range;
  const isOdd = parsed instanceof ipaddr.IPv6 && range === "unicast";
  return isOdd && !parsed.match(GLOBAL_UNICAST) ? "reserved" : undefined;
}

/** All addresses of a name, as the system knows them. */
export const resolveName: Resolve = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/**
 * Reads a webhook's address, as far as that goes without asking for names.
 *
 * @throws FilmError `webhook_refused`: not http or https, with a password, or plainly of a private range.
 */
export function readWebhookUrl(text: string, rule: AddressRule): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw new FilmError("webhook_refused", "The webhook is no address.", {}, { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(`it begins with ${url.protocol}, not with http: or https:`);
  }
  if (url.username !== "" || url.password !== "") throw refused("it holds a password");
  const host = hostOf(url);
  const why = ipaddr.isValid(host) ? rule(host) : undefined;
  if (why !== undefined) throw refused(`its address is not of the public internet (${why})`);
  return url;
}

/** Name or address of a URL's host; IPv6 without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * The address to connect to. If any of a name's addresses is refused, all are: a name that leads inside
 * and outside is made to deceive.
 *
 * @throws FilmError `webhook_refused`, `webhook_failed` for a name that nobody knows.
 */
export async function addressOf(url: URL, rule: AddressRule, resolve: Resolve): Promise<string> {
  const host = hostOf(url);
  const addresses = ipaddr.isValid(host) ? [host] : await namesOf(host, resolve);
  for (const address of addresses) {
    const why = rule(address);
    if (why !== undefined) throw refused(`its name leads to an address that is ${why}`);
  }
  const [first] = addresses;
  if (first === undefined) throw new FilmError("webhook_failed", "Its name leads nowhere.");
  return first;
}

async function namesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new FilmError("webhook_failed", "Its name is not known.", {}, { cause });
  }
}

function refused(why: string): FilmError {
  return new FilmError("webhook_refused", `The webhook is not called: ${why}.`);
}

/** @file A page of an S3 listing, of which a few fields are read. */
import { strange } from "./s3-request.js";

/** A page of a listing. */
export interface Listing {
  readonly objects: readonly {
    readonly key: string;
    readonly bytes: number;
    /** ms since 1970. */
    readonly changedAt: number;
  }[];
  /** What the next page is asked with, if there is one. */
  readonly next?: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" },
};

/**
 * Reads a page.
 *
 * @throws FilmError `storage_unreachable` for what is no listing, or half of one.
 * @source Amazon S3 API Reference, ListObjectsV2.
 */
export function readListing(xml: string): Listing {
  if (!/<ListBucketResult[\s>]/.test(xml) || !xml.trimEnd().endsWith("</ListBucketResult>")) {
    throw strange("It answers with something that is no listing");
  }
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = ""]) => ({
    key: textOf(entry, "Key"),
    bytes: numberOf(textOf(entry, "Size")),
    changedAt: numberOf(Date.parse(textOf(entry, "LastModified"))),
  }));
  if (textOf(xml, "IsTruncated") !== "true") return { objects };
  return { objects, next: textOf(xml, "NextContinuationToken") };
}

function textOf(xml: string, element: string): string {
  const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1];
  if (found === undefined) throw strange(`It answers with a listing without ${element}`);
  return found.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

function numberOf(value: string | number): number {
  const number = Number(value);
  if (Number.isNaN(number)) throw strange("It answers with a listing that cannot be read");
  return number;
}

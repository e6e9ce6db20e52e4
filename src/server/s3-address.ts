/** @file Where an S3-compatible storage is, and who we are there: `s3://bucket/prefix` and the environment. */
import { FilmError } from "../index.js";

/** Who calls the storage. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that hold for a while only. */
  readonly sessionToken?: string | undefined;
}

/** Where a bucket is. */
export interface S3Address {
  /** URL under which the bucket's objects lie, without a slash at its end. */
  readonly base: string;
  readonly bucket: string;
  /** What all names begin with: empty, or with a slash at its end. */
  readonly prefix: string;
  readonly region: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @source Amazon S3 User Guide, General purpose bucket naming rules. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\/?$/;
const REGION = /^[a-z0-9-]{1,32}$/;

/**
 * Reads `s3://bucket/prefix?endpoint=https://…&region=…`. What it leaves out is asked of AWS_ENDPOINT_URL and
 * AWS_REGION; without an endpoint it is Amazon's.
 *
 * @throws FilmError `option_invalid`; what was given is not repeated, for it may hold a password.
 */
export function readS3Address(text: string, env: Environment): S3Address {
  if (!URL.canParse(text)) throw invalid("it is no address");
  const url = new URL(text);
  if (url.protocol !== "s3:") throw invalid("it does not begin with s3://");
  if (url.username !== "" || url.password !== "" || url.port !== "" || url.hash !== "") {
    throw invalid("it holds more than a bucket, a prefix, endpoint= and region=");
  }
  const bucket = url.hostname;
  if (!BUCKET.test(bucket)) throw invalid("its bucket has no name that buckets may have");
  if (!PREFIX.test(url.pathname)) throw invalid("its prefix may have a-z, A-Z, 0-9, . _ - and /");
  for (const name of url.searchParams.keys()) {
    if (!["endpoint", "region"].includes(name))
      throw invalid("only endpoint= and region= are known");
  }
  const region = url.searchParams.get("region") || env.AWS_REGION || "us-east-1";
  if (!REGION.test(region)) throw invalid("its region has no name that regions have");
  const endpoint = url.searchParams.get("endpoint") || env.AWS_ENDPOINT_URL;
  const prefix = url.pathname.replace(/^\/|\/$/g, "");
  return {
    ...{ bucket, region, prefix: prefix === "" ? "" : `${prefix}/` },
    base: endpoint ? `${readEndpoint(endpoint)}/${bucket}` : amazon(bucket, region),
  };
}

/** @throws FilmError `option_invalid` if there are none. */
export function readS3Credentials(env: Environment): S3Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    const message =
      "The storage needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment.";
    throw new FilmError("option_invalid", message);
  }
  return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || undefined };
}

/** Certificates hold for one label before the bucket's domain: names with dots go into the path. */
function amazon(bucket: string, region: string): string {
  const host = `s3.${region}.amazonaws.com`;
  return bucket.includes(".") ? `https://${host}/${bucket}` : `https://${bucket}.${host}`;
}

function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` === "";
  if (!isPlain || !["http:", "https:"].includes(url.protocol)) {
    throw invalid("its endpoint is no http or https address without a password");
  }
  return url.href.replace(/\/$/, "");
}

function invalid(why: string): FilmError {
  const form = "s3://bucket/prefix?endpoint=https://…&region=…";
  return new FilmError("option_invalid", `The storage's address is not one like ${form}: ${why}.`);
}

/**
 * @file An S3-compatible storage for tests, in memory. It refuses what is not signed as Signature Version 4 asks,
 * worked out here from its description and not by the library that signs.
 *
 * @source Amazon S3 API Reference, "Authenticating Requests: Using the Authorization Header".
 */
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";

const KEY = { id: "AKIDFORTESTS", secret: "a/secret+of/tests", token: "a-session's/token==" };
const REGION = "eu-south-1";
const BUCKET = "films";
/** Small, so that listings and their continuation are tested. */
const PAGE = 3;

/** What it does wrong with the next requests, before it does anything, or after it did all of it. */
export type Fault =
  | "503"
  | "429"
  | "cut"
  | "half"
  | "late-cut"
  | "wrong-byte"
  | "silent"
  | "200-error"
  | "301";

interface Stored {
  bytes: Buffer;
  changedAt: number;
  sha256: string | undefined;
}

/** A storage. */
export interface FakeS3 {
  readonly address: string;
  readonly env: Readonly<Record<string, string>>;
  readonly objects: Map<string, Stored>;
  /** Uploads in parts that were neither joined nor given up. */
  readonly uploads: Map<string, unknown>;
  /** Method, path and query of every request. */
  readonly requests: string[];
  /** The next requests that match go wrong so. */
  fail(fault: Fault, times: number, matching?: RegExp): void;
  close(): Promise<void>;
}

/** Starts one. @param prefix - Of all names in its bucket. */
export async function fakeS3(prefix = "ritratto/tests"): Promise<FakeS3> {
  const objects = new Map<string, Stored>();
  const uploads = new Map<
    string,
    { key: string; sha256: string | undefined; parts: Map<number, Buffer> }
  >();
  const requests: string[] = [];
  let begun = 0;
  let faults: { fault: Fault; left: number; matching: RegExp }[] = [];

  const answer = (request: IncomingMessage, body: Buffer, out: ServerResponse) => {
    const { method = "", url = "" } = request;
    const at = new URL(url, "http://storage");
    const query = at.searchParams;
    const refusal = refuse(request, body);
    if (refusal !== undefined) return tellError(out, 403, refusal);
    const [, bucket = "", ...rest] = decodeURIComponent(at.pathname).split("/");
    if (bucket !== BUCKET) return tellError(out, 404, "NoSuchBucket");
    const key = rest.join("/");
    const sha256 = one(request.headers["x-amz-meta-sha256"]);
    const now = Date.now();
    if (method === "GET" && key === "") return tell(out, 200, list(objects, query));
    if (method === "POST" && query.has("uploads")) {
      const id = `id+${begun++}/=`;
      uploads.set(id, { key, sha256, parts: new Map() });
      return tell(
        out,
        200,
        `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    const uploadId = query.get("uploadId");
    if (uploadId !== null) {
      const found = uploads.get(uploadId);
      if (found === undefined || found.key !== key) return tellError(out, 404, "NoSuchUpload");
      if (method === "PUT") {
        found.parts.set(Number(query.get("partNumber")), body);
        return tell(out, 200, "", { etag: etagOf(body) });
      }
      uploads.delete(uploadId);
      if (method === "DELETE") return tell(out, 204, "");
      const wanted = [
        ...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(.*?)<\/ETag>/g),
      ];
      const bytes = wanted.map(([, number, etag]) => {
        const part = found.parts.get(Number(number));
        if (part === undefined || etagOf(part) !== etag) throw new Error("no such part");
        return part;
      });
      objects.set(key, { bytes: Buffer.concat(bytes), changedAt: now, sha256: found.sha256 });
      return tell(out, 200, "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>");
    }
    const source = one(request.headers["x-amz-copy-source"]);
    if (method === "PUT" && source !== undefined) {
      const copied = objects.get(source.replace(`/${BUCKET}/`, ""));
      if (copied === undefined) return tellError(out, 404, "NoSuchKey");
      objects.set(key, { bytes: copied.bytes, changedAt: now, sha256 });
      return tell(out, 200, "<CopyObjectResult></CopyObjectResult>");
    }
    if (method === "PUT") {
      objects.set(key, { bytes: body, changedAt: now, sha256 });
      return tell(out, 200, "");
    }
    const object = objects.get(key);
    if (method === "DELETE") {
      objects.delete(key);
      return tell(out, 204, "");
    }
    if (object === undefined) return tellError(out, 404, "NoSuchKey");
    const headers = {
      etag: etagOf(object.bytes),
      "last-modified": new Date(object.changedAt).toUTCString(),
      ...(object.sha256 !== undefined && { "x-amz-meta-sha256": object.sha256 }),
    };
    const wanted = request.headers["if-match"] ?? headers.etag;
    if (wanted !== headers.etag) return tellError(out, 412, "PreconditionFailed");
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (from === undefined) return tell(out, 200, object.bytes, headers);
    return tell(out, 206, object.bytes.subarray(Number(from), Number(to) + 1), headers);
  };

  const server = createServer(async (request, out) => {
    try {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const line = `${request.method} ${request.url}`;
      requests.push(line);
      const fault = faults.find(({ left, matching }) => left > 0 && matching.test(line));
      if (fault !== undefined) fault.left--;
      misbehave(fault?.fault, out, () => answer(request, Buffer.concat(pieces), out));
    } catch (error) {
      out.destroy(error as Error);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address: `s3://${BUCKET}/${prefix}?endpoint=${endpoint}&region=${REGION}`,
    env: {
      AWS_ACCESS_KEY_ID: KEY.id,
      AWS_SECRET_ACCESS_KEY: KEY.secret,
      AWS_SESSION_TOKEN: KEY.token,
    },
    ...{ objects, uploads, requests },
    fail(fault, times, matching = /./) {
      faults = [{ fault, left: times, matching }];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Gives the answer, or what a broken storage or line makes of it. */
function misbehave(fault: Fault | undefined, out: ServerResponse, answer: () => void): void {
  if (fault === "silent") return;
  if (fault === "cut") out.destroy();
  else if (fault === "503") tellError(out, 503, "SlowDown");
  else if (fault === "301") tell(out, 301, "", { location: "/films/elsewhere" });
  else if (fault === "429") tellError(out, 429, "TooManyRequests");
  else if (fault === "200-error") tell(out, 200, "<Error><Code>InternalError</Code></Error>");
  else {
    if (fault !== undefined) spoilEnd(fault, out);
    answer();
  }
}

/** Lets the answer's end be what a broken line makes of it. */
function spoilEnd(fault: Fault, out: ServerResponse): void {
  const end = out.end.bind(out);
  out.end = ((body: Buffer | string) => {
    const bytes = Buffer.from(body);
    if (fault === "late-cut") return out.destroy();
    if (fault === "wrong-byte") return end(bytes.fill((bytes[0] ?? 0) ^ 1, 0, 1));
    out.write(bytes.subarray(0, bytes.length >> 1), () => out.destroy());
    return out;
  }) as typeof out.end;
}

/** Why a request's signature does not hold, by S3's code. */
function refuse(
  { method = "", url = "", headers }: IncomingMessage,
  body: Buffer,
): string | undefined {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;
  const [, id, day = "", region = "", names = "", signature] =
    form.exec(headers.authorization ?? "") ?? [];
  if (signature === undefined) return "AccessDenied";
  if (id !== KEY.id) return "InvalidAccessKeyId";
  if (headers["x-amz-security-token"] !== KEY.token) return "InvalidToken";
  const signed = names.split(";");
  const needed = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  if (needed.some((name) => !signed.includes(name))) return "AccessDenied";
  const time = one(headers["x-amz-date"]) ?? "";
  const date = Date.parse(time.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
  if (!(Math.abs(date - Date.now()) < 900_000) || !time.startsWith(day))
    return "RequestTimeTooSkewed";
  if (headers["x-amz-content-sha256"] !== hex(body)) return "XAmzContentSHA256Mismatch";
  const right = signatureOf({ method, url, headers, signed, region, secret: KEY.secret });
  return right === signature && region === REGION ? undefined : "SignatureDoesNotMatch";
}

/** What is signed, and by whom. */
export interface Signed {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names of the headers that are signed. */
  readonly signed: readonly string[];
  readonly region: string;
  readonly secret: string;
}

/** The signature that a request must have. */
export function signatureOf({ method, url, headers, signed, region, secret }: Signed): string {
  const time = one(headers["x-amz-date"]) ?? "";
  const day = time.slice(0, 8);
  const [path = "", search = ""] = url.split("?");
  const plain = (name: string) => one(headers[name])?.trim().replace(/ +/g, " ");
  const canonical = [
    ...[method, path, search.split("&").sort().join("&")],
    ...[...signed.map((name) => `${name}:${plain(name)}`), ""],
    ...[signed.join(";"), plain("x-amz-content-sha256")],
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, hex(canonical)].join("\n");
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
    (before, word) => createHmac("sha256", before).update(word).digest(),
    `AWS4${secret}`,
  );
  return createHmac("sha256", key).update(text).digest("hex");
}

function list(objects: ReadonlyMap<string, Stored>, query: URLSearchParams): string {
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get("prefix") ?? ""))
    .sort();
  // A token with what has to be escaped in XML and in URLs.
  const token = query.get("continuation-token");
  const from = token === null ? 0 : Number(/^a&b <(\d+)>\+\/=$/.exec(token)?.[1]);
  const shown = keys.slice(from, from + PAGE).map((key) => {
    const { bytes, changedAt } = objects.get(key) as Stored;
    const time = new Date(changedAt).toISOString();
    return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><Size>${bytes.length}</Size></Contents>`;
  });
  const isWhole = from + PAGE >= keys.length;
  const next = isWhole
    ? ""
    : `<NextContinuationToken>a&amp;b &lt;${from + PAGE}&#62;+/=</NextContinuationToken>`;
  return `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${!isWhole}</IsTruncated>${next}${shown.join("")}</ListBucketResult>`;
}

function tell(out: ServerResponse, status: number, body: Buffer | string, headers = {}): void {
  const bytes = Buffer.from(body);
  out.writeHead(status, { "content-length": bytes.length, ...headers });
  out.end(out.req.method === "HEAD" ? Buffer.alloc(0) : bytes);
}

/** As S3 does: with what was signed, which nobody may repeat. */
function tellError(out: ServerResponse, status: number, code: string): void {
  const more = `<AWSAccessKeyId>${KEY.id}</AWSAccessKeyId><StringToSign>${KEY.token}</StringToSign>`;
  tell(out, status, `<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>`);
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(",") : header;
}

function hex(data: Buffer | string): string {
  return createHash("sha256").update(data).digest("hex");
}

function etagOf(part: Buffer): string {
  return `"${createHash("md5").update(part).digest("hex")}"`;
}

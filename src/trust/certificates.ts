/**
 * @file Keys and certificates that films are signed with: made here, or the user's own.
 *
 * Ours are a root and a leaf. The root's key is forgotten as soon as the leaf is signed, so that nobody
 * can make another leaf; whoever is to recognise our films is given the root.
 *
 * @source RFC 5280; C2PA 2.2, “Certificate Profile”.
 */

import { FilmError } from "../base/errors.js";
import { hexOf } from "../base/hex.js";
import type { Signer } from "./cose.js";
import { type CryptoKeyPairHandle, KEY_ALGORITHM, type WebCrypto } from "./web-crypto.js";

/** What a signer is kept as: text in PEM. */
export interface SignerFiles {
  /** Certificates, the signer's own first, each signed by the next. */
  readonly chain: string;
  /** PKCS#8, P-256. */
  readonly key: string;
}

/** How long a new signer's certificates hold. What it signed without a time stamp holds no longer. */
export const YEARS_VALID = 10;

/** Uses that readers accept of a signer: mail, documents, and claims of C2PA. */
export const SIGNER_USES = [
  "1.3.6.1.5.5.7.3.4",
  "1.3.6.1.5.5.7.3.36",
  "1.3.6.1.4.1.62558.2.1",
] as const;
const [MAIL_USE, , CLAIM_USE] = SIGNER_USES;
const ANY_USE = "2.5.29.37.0";

const YEAR_MS = 365.25 * 24 * 3600 * 1000;
/** Clocks of readers may be behind. */
const HOUR_MS = 3600 * 1000;
const SERIAL_BYTES = 16;
/** Nobody's name is in it: it is the same on all machines. */
const ORGANIZATION = "O=Ritratto on somebody's own computer";

/**
 * Makes a key and its certificates: root and leaf.
 *
 * @param now - From when they hold.
 */
export async function makeSignerFiles(crypto: WebCrypto, now: Date): Promise<SignerFiles> {
  const x509 = await loadX509();
  const keysOf = () => crypto.subtle.generateKey(KEY_ALGORITHM, true, ["sign", "verify"]);
  const [rootKeys, leafKeys] = [await keysOf(), await keysOf()];
  const dates = {
    notBefore: new Date(now.getTime() - HOUR_MS),
    notAfter: new Date(now.getTime() + YEARS_VALID * YEAR_MS),
  };
  const { KeyUsageFlags } = x509;
  const identities = async (subject: CryptoKeyPairHandle) => [
    await x509.SubjectKeyIdentifierExtension.create(subject.publicKey, false, crypto),
    await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey, false, crypto),
  ];
  const root = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...{ serialNumber: serial(crypto), name: `CN=Ritratto root, ${ORGANIZATION}`, ...dates },
      ...{ signingAlgorithm: KEY_ALGORITHM, keys: rootKeys },
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
        ...(await identities(rootKeys)),
      ],
    },
    crypto,
  );
  const leaf = await x509.X509CertificateGenerator.create(
    {
      ...{ serialNumber: serial(crypto), subject: `CN=Ritratto signer, ${ORGANIZATION}` },
      ...{ issuer: root.subject, ...dates, signingAlgorithm: KEY_ALGORITHM },
      ...{ publicKey: leafKeys.publicKey, signingKey: rootKeys.privateKey },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([MAIL_USE, CLAIM_USE], true),
        ...(await identities(leafKeys)),
      ],
    },
    crypto,
  );
  const key = await crypto.subtle.exportKey("pkcs8", leafKeys.privateKey);
  return {
    chain: `${leaf.toString("pem")}\n${root.toString("pem")}\n`,
    key: `${x509.PemConverter.encode(key, "PRIVATE KEY")}\n`,
  };
}

/**
 * Reads a signer, and refuses one whose films nobody would believe.
 *
 * @param now - When it is to sign.
 * @throws FilmError `signer_invalid`; `details.reason` says what is wrong: "unreadable", "authority",
 *   "expired", "use", "chain" or "key".
 */
export async function openSigner(
  files: SignerFiles,
  crypto: WebCrypto,
  now: Date,
): Promise<Signer> {
  const x509 = await loadX509();
  const certificates = await readOr("the certificates", () =>
    x509.PemConverter.decode(files.chain).map((der) => new x509.X509Certificate(der)),
  );
  const [own] = certificates;
  if (own === undefined) refuse("unreadable", "There is no certificate in the file.");
  const constraints = own.getExtension(x509.BasicConstraintsExtension);
  if (constraints?.ca)
    refuse("authority", "The first certificate is an authority's, not a signer's.");
  for (const { notBefore, notAfter } of certificates) {
    if (now >= notBefore && now <= notAfter) continue;
    const [from, to] = [notBefore, notAfter].map((date) => date.toISOString().slice(0, 10));
    refuse("expired", `A certificate holds from ${from} to ${to}, not today.`);
  }
  const uses = own.getExtension(x509.ExtendedKeyUsageExtension)?.usages.map(String) ?? [];
  if (uses.includes(ANY_USE) || !SIGNER_USES.some((use) => uses.includes(use))) {
    const found = uses.length === 0 ? "none" : uses.join(", ");
    refuse("use", `The certificate is for ${found}; one of ${SIGNER_USES.join(", ")} is needed.`);
  }
  for (const [index, certificate] of certificates.slice(0, -1).entries()) {
    const publicKey = certificates[index + 1].publicKey;
    const holds = await certificate.verify({ publicKey, signatureOnly: true }, crypto);
    if (!holds) refuse("chain", `Certificate ${index + 1} is not signed by the next one.`);
  }
  const privateKey = await readOr("the key (PKCS#8, P-256)", () => {
    const [der] = x509.PemConverter.decode(files.key);
    return crypto.subtle.importKey("pkcs8", der, KEY_ALGORITHM, false, ["sign"]);
  });
  const signer: Signer = {
    certificates: certificates.map(({ rawData }) => new Uint8Array(rawData)),
    async sign(data) {
      const copy = Uint8Array.from(data);
      return new Uint8Array(await crypto.subtle.sign(KEY_ALGORITHM, privateKey, copy));
    },
  };
  const probe = Uint8Array.of(1);
  const signature = Uint8Array.from(await signer.sign(probe));
  const publicKey = await readOr("the certificate's key (it must be P-256)", () =>
    crypto.subtle.importKey("spki", own.publicKey.rawData, KEY_ALGORITHM, false, ["verify"]),
  );
  const fits = await crypto.subtle.verify(KEY_ALGORITHM, publicKey, signature, probe);
  if (!fits) refuse("key", "The key is not that of the first certificate.");
  return signer;
}

/** The last certificate of a chain, PEM: by it others recognise the signer. */
export async function anchorOf(chain: string): Promise<string> {
  const { PemConverter } = await loadX509();
  const last = PemConverter.decode(chain).at(-1);
  if (last === undefined) refuse("unreadable", "There is no certificate in the file.");
  return `${PemConverter.encode(last, "CERTIFICATE")}\n`;
}

async function readOr<T>(what: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const message = `Cannot read ${what}.`;
    throw new FilmError("signer_invalid", message, { reason: "unreadable" }, { cause: error });
  }
}

function refuse(reason: string, message: string): never {
  throw new FilmError("signer_invalid", message, { reason });
}

/** Positive, and without a leading zero. */
function serial(crypto: WebCrypto): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  bytes[0] = (bytes[0] & 0x7f) | 1;
  return hexOf(bytes);
}

/** Loaded when it is needed: it takes longer than the rest of the program. */
async function loadX509() {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

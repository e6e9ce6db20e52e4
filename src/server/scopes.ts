/** @file What the keys of a service's callers may be allowed. */

/** What keys may be allowed: look at films; upload and make them; see metrics, audit log and reports. */
export const SCOPES = ["read", "write", "admin"] as const;

/** One of `SCOPES`. */
export type Scope = (typeof SCOPES)[number];

/** @file What tests declare where films are made. */

/** No real person, so that no tag is drawn over what is compared. */
export const CONSENT = { consent: { basis: "fictional" } } as const;

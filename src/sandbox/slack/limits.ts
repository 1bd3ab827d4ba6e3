/** Longer text is discouraged (https://docs.slack.dev/reference/methods/chat.postMessage). */
export const ADVISED_TEXT = 4_000;
/** Longer text is cut. */
export const MAX_TEXT = 40_000;

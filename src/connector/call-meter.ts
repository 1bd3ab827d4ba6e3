/** What the calls of one load cost. */
export class CallMeter {
  /** Requests sent, repeated ones included. */
  calls = 0;
  retries = 0;
  /** Spent waiting for the vendor's limits and between attempts. */
  waitedMs = 0;
}

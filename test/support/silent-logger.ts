import { LogLevel } from '@slack/bolt';

/** A logger for Slack's libraries that says nothing. */
export const silentLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

import { Icon, type IconName } from './icons.tsx';

/** Signs that carry meaning in a licence bot are drawn, so that they look the same without a colour font. */
const DRAWN: Readonly<Record<string, readonly [icon: IconName, tone: string]>> = {
  white_check_mark: ['check', 'good'],
  heavy_check_mark: ['check', 'good'],
  x: ['close', 'bad'],
  warning: ['warning', 'warn'],
  no_entry: ['stop', 'bad'],
  no_entry_sign: ['stop', 'bad'],
  hourglass: ['hourglass', 'soft'],
  hourglass_flowing_sand: ['hourglass', 'soft'],
  lock: ['lock', 'soft'],
  key: ['key', 'soft'],
  zzz: ['moon', 'warn'],
  bell: ['bell', 'soft'],
  mag: ['search', 'soft'],
  eyes: ['eye', 'soft'],
  information_source: ['info', 'soft'],
  leftwards_arrow_with_hook: ['undo', 'soft'],
  gear: ['compass', 'soft'],
};

const DOTS: Readonly<Record<string, string>> = {
  red_circle: 'bad',
  large_green_circle: 'good',
  large_yellow_circle: 'warn',
  large_orange_circle: 'warn',
  large_blue_circle: 'info',
  white_circle: 'hollow',
  black_circle: 'dark',
};

const CHARACTERS: Readonly<Record<string, string>> = {
  wave: '👋',
  tada: '🎉',
  unlock: '🔓',
  question: '❓',
  exclamation: '❗',
  rotating_light: '🚨',
  calendar: '📅',
  date: '📅',
  stopwatch: '⏱️',
  arrow_right: '→',
  arrow_left: '←',
  recycle: '♻️',
  seat: '💺',
  bust_in_silhouette: '👤',
  busts_in_silhouette: '👥',
  shield: '🛡️',
  moneybag: '💰',
  chart_with_upwards_trend: '📈',
  bar_chart: '📊',
  page_facing_up: '📄',
  clipboard: '📋',
  inbox_tray: '📥',
  pushpin: '📌',
  bulb: '💡',
  wrench: '🔧',
  rewind: '⏪',
  raised_hand: '✋',
  point_right: '👉',
  alarm_clock: '⏰',
  mega: '📣',
  card_file_box: '🗃️',
  hammer_and_wrench: '🛠️',
  robot_face: '🤖',
  snowflake: '❄️',
  sparkles: '✨',
  thumbsup: '👍',
  thumbsdown: '👎',
  '+1': '👍',
  '-1': '👎',
  house: '🏠',
  link: '🔗',
  package: '📦',
  ticket: '🎫',
  heart: '❤️',
  joy: '😂',
  smile: '😄',
  slightly_smiling_face: '🙂',
  thinking_face: '🤔',
  pray: '🙏',
  raised_hands: '🙌',
  clap: '👏',
  rocket: '🚀',
  fire: '🔥',
  coffee: '☕',
  palm_tree: '🌴',
  house_with_garden: '🏡',
  spiral_calendar_pad: '🗓️',
  email: '✉️',
  memo: '📝',
  100: '💯',
};

/** Offered where somebody reacts to a message. */
export const REACTIONS = ['+1', 'eyes', 'white_check_mark', 'tada', 'heart', 'joy', 'thinking_face', 'pray', 'rocket', '-1'];

/** A shortcode as a sign, a character, or itself where we do not know it. */
export function Emoji({ code }: { readonly code: string }) {
  const drawn = DRAWN[code];
  const label = code.replaceAll('_', ' ');
  if (drawn !== undefined)
    return (
      <span class={`sign ${drawn[1]}`} role="img" aria-label={label}>
        <Icon name={drawn[0]} />
      </span>
    );
  const dot = DOTS[code];
  if (dot !== undefined) return <span class={`dot ${dot}`} role="img" aria-label={label} />;
  return <span class="emoji">{CHARACTERS[code] ?? `:${code}:`}</span>;
}

/** A step of the tour: who does what where. A new one is one entry here. */
export interface TourStep {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Whose eyes to see it with, by handle. */
  readonly as?: string;
  /** `dm` is the conversation with the app. */
  readonly go?: 'dm' | 'home' | 'it-licences';
  /** Put into the box, one Enter away from being sent. */
  readonly draft?: string;
  /** Shown in the tour's place. */
  readonly opens?: 'controls';
  /** The subcommand it needs; without it the step is left out. */
  readonly needs?: string;
}

export const TOUR: readonly TourStep[] = [
  {
    id: 'look-up',
    title: 'Look Cara up',
    text: 'As Ada, press Enter to see what Cara holds in four apps. Her WebStorm seat has been idle for 94 days.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses cara@example.com',
  },
  {
    id: 'ask',
    title: 'Ask to revoke it',
    text: 'Press Revoke beside WebStorm, give a reason and press Ask. A card goes to #it-licences.',
    as: 'ada',
    go: 'dm',
  },
  {
    id: 'approve',
    title: 'Decide as Dan',
    text: 'Ada may not approve her own request. Dan may: press Approve on the card.',
    as: 'dan',
    go: 'it-licences',
  },
  {
    id: 'holder',
    title: 'Hear about it as Cara',
    text: 'The seat was hers, so she is told.',
    as: 'cara',
    go: 'dm',
  },
  {
    id: 'undo',
    title: 'Undo',
    text: 'Press Undo on the card and say why. Giving the seat back needs a decision, too.',
    as: 'dan',
    go: 'it-licences',
  },
  {
    id: 'undo-approve',
    title: 'Decide as Ada',
    text: 'This time Dan asked, so Ada may approve.',
    as: 'ada',
    go: 'it-licences',
  },
  {
    id: 'audit',
    title: 'Read the audit log',
    text: 'Who asked, who decided, what the vendor said: every event, in order.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses audit',
    needs: 'audit',
  },
  {
    id: 'leaver',
    title: 'Find what a leaver still holds',
    text: 'Finn left weeks ago. He still holds seats, and they are still paid for.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses finn@example.com',
  },
  {
    id: 'own',
    title: 'See it as Bob',
    text: 'A developer sees his own seats and may release them.',
    as: 'bob',
    go: 'dm',
    draft: '/licenses',
  },
  {
    id: 'digest',
    title: 'Wait for the digest',
    text: 'Under Time, go to the next digest: after the night’s sync it tells what is expired, and two minutes later who is idle. Press Reclaim… on it.',
    as: 'ada',
    go: 'it-licences',
    opens: 'controls',
    needs: 'report',
  },
  {
    id: 'home',
    title: 'Open the app’s Home',
    text: 'The cockpit, your own licences, and the requests that wait.',
    as: 'ada',
    go: 'home',
  },
  {
    id: 'set-up',
    title: 'Check the connections',
    text: 'What each connection can see and do, and how to get what is missing.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses setup',
    needs: 'setup',
  },
  {
    id: 'test-run',
    title: 'Try a sync without writing',
    text: 'Aha! is a draft. A test run reads everybody and shows what a real one would change.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses sync aha test',
    needs: 'sync',
  },
  {
    id: 'trouble',
    title: 'Make trouble',
    text: 'Kill the bot, start it again, break a vendor or put time forward. Then look Cara up once more.',
    as: 'ada',
    go: 'dm',
    opens: 'controls',
  },
];

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
  /** The subcommand it needs; without it the step is left out. */
  readonly needs?: string;
}

export const TOUR: readonly TourStep[] = [
  {
    id: 'look-up',
    title: 'Look Cara up',
    text: 'As Ada, ask what Cara holds. One WebStorm seat has been idle for 94 days.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses cara@example.com',
  },
  {
    id: 'ask',
    title: 'Ask to revoke it',
    text: 'Press Revoke beside that seat and give a reason. A card goes to #it-licences.',
    as: 'ada',
    go: 'dm',
  },
  {
    id: 'approve',
    title: 'Decide as Dan',
    text: 'Ada may not approve her own request. Dan may.',
    as: 'dan',
    go: 'it-licences',
  },
  { id: 'holder', title: 'Hear about it as Cara', text: 'She lost a seat, so she is told.', as: 'cara', go: 'dm' },
  {
    id: 'undo',
    title: 'Undo',
    text: 'The card keeps an Undo button. It asks for a decision, too.',
    as: 'dan',
    go: 'it-licences',
  },
  {
    id: 'audit',
    title: 'Read the audit log',
    text: 'Who asked, who decided, what the vendor said: every event, in order.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses audit @cara',
    needs: 'audit',
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
    id: 'home',
    title: 'Open the app’s Home',
    text: 'Your own licences, and the requests that wait.',
    as: 'ada',
    go: 'home',
  },
];

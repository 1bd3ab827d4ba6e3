/** The people of the story, in the order they come on, and the part each plays. */
export const CAST: readonly { readonly handle: string; readonly part: string }[] = [
  { handle: 'ada', part: 'admin' },
  { handle: 'dan', part: 'approver' },
  { handle: 'bob', part: 'requester' },
  { handle: 'cara', part: 'holder' },
  { handle: 'eve', part: 'guest' },
  { handle: 'finn', part: 'has left' },
];

export const ROLE_WORDS: Readonly<Record<string, string>> = {
  owner: 'Workspace owner',
  admin: 'Workspace admin',
  guest: 'Guest',
  member: 'Member',
  deactivated: 'Has left',
};

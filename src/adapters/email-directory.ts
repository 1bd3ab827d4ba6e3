import { isEmail, type Member, normaliseEmail } from '../domain/person.ts';
import type { Directory } from '../ports/directory.ts';

/**
 * A directory where no chat is connected: everybody is who their e-mail says, and nobody is a workspace admin. Who may do
 * what is then decided by the e-mails in the access lists alone. Members' ids are their e-mails, so that no two people
 * ever share one.
 */
export function createEmailDirectory(): Directory {
  const member = (text: string): Member | null => {
    if (!isEmail(text)) return null;
    const email = normaliseEmail(text);
    return {
      userId: email,
      email,
      name: email,
      active: true,
      isBot: false,
      isGuest: false,
      isExternal: false,
      isWorkspaceAdmin: false,
      timezone: null,
    };
  };
  return {
    byId: async (userId) => member(userId),
    byEmail: async (email) => member(email),
    search: async () => [],
    group: async () => [],
  };
}

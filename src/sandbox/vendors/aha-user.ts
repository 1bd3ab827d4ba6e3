/** A user as the Aha! REST API writes it (GET /users). */
export interface AhaUser {
  readonly id: string;
  name: string;
  email: string;
  timezone: string;
  created_at: string;
  updated_at: string;
  accessed_at: string | null;
  product_roles: AhaProductRole[];
  user_roles: unknown[];
  enabled: boolean;
  paid_seat: boolean;
  administrator: boolean;
  administrator_roles: Record<string, boolean>;
  [flag: string]: unknown;
}

export interface AhaProductRole {
  role: number;
  role_description: string;
  product_id: string;
  product_name: string | null;
}

export type AhaRole = 'product_owner' | 'contributor' | 'reviewer' | 'viewer';

const ROLES: Readonly<Record<AhaRole, { readonly role: number; readonly role_description: string }>> = {
  product_owner: { role: 20, role_description: 'Owner' },
  contributor: { role: 30, role_description: 'Contributor' },
  reviewer: { role: 40, role_description: 'Reviewer' },
  viewer: { role: 50, role_description: 'Viewer' },
};

export function describeRole(role: AhaRole): { role: number; role_description: string } {
  return { ...ROLES[role] };
}

export function isAhaRole(text: unknown): text is AhaRole {
  return typeof text === 'string' && Object.hasOwn(ROLES, text);
}

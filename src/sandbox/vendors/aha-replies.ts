import { pageNumber } from './records.ts';
import type { VendorReply, VendorRequest } from './vendor-server.ts';

const MAX_PER_PAGE = 200;
const DEFAULT_PER_PAGE = 30;

/** One page in the vendor's envelope; `per_page` is 30 unless asked for, and 200 at most. */
export function envelope(request: VendorRequest, key: string, found: readonly unknown[]): VendorReply {
  const current = pageNumber(request.query, 'page', 1);
  const perPage = Math.min(pageNumber(request.query, 'per_page', DEFAULT_PER_PAGE), MAX_PER_PAGE);
  return {
    status: 200,
    json: {
      [key]: found.slice((current - 1) * perPage, current * perPage),
      pagination: {
        total_records: found.length,
        total_pages: Math.max(1, Math.ceil(found.length / perPage)),
        current_page: current,
      },
    },
  };
}

export function notFound(): VendorReply {
  return { status: 404, json: { error: 'Record not found' } };
}

export function invalid(message: string): VendorReply {
  return { status: 422, json: { errors: { message } } };
}

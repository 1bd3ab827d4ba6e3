interface Upload {
  readonly id: string;
  readonly name: string;
  readonly expected: number;
  bytes: Buffer | null;
}

/** Files on their way: first a place to send them to, then the bytes, then the completion that shows them. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  reserve(id: string, name: string, expected: number): void {
    this.#uploads.set(id, { id, name, expected, bytes: null });
  }

  /** `unknown`: nobody asked for this place. `wrong-size`: other than announced. */
  receive(id: string, bytes: Buffer): 'taken' | 'unknown' | 'wrong-size' {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return 'unknown';
    if (bytes.length !== upload.expected) return 'wrong-size';
    upload.bytes = bytes;
    return 'taken';
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }

  done(id: string): void {
    this.#uploads.delete(id);
  }
}

const MIMETYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gif: 'image/gif',
  jpg: 'image/jpeg',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
};

export function mimetypeOf(name: string): string {
  return MIMETYPES[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
}

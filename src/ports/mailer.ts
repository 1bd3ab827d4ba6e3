/** Sends one e-mail of plain text. Rejects with TransportError when the server does not take it. */
export interface Mailer {
  send(mail: { readonly to: string; readonly subject: string; readonly text: string }): Promise<void>;
}

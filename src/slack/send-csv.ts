import type { CsvFile } from '../services/session-csv.ts';
import { count } from '../words.ts';
import { Answer } from './answer.ts';
import { callSlack, POST } from './call-slack.ts';
import type { Room } from './room.ts';
import { messageView } from './views/message.ts';
import type { Incoming } from './wire.ts';

/** A whole list as a file in the direct messages of whoever asked: it names people, and a channel has other readers. */
export async function sendCsv(
  room: Room,
  to: Incoming,
  { name, title, rows, text }: CsvFile & { readonly title: string },
): Promise<void> {
  const { channel } = await callSlack(() => room.client.conversations.open({ users: to.userId }), POST);
  const place = channel?.id ?? to.userId;
  await callSlack(() => room.client.filesUploadV2({ channel_id: place, filename: name, title, content: text }), POST);
  // In a window there is no place to say it, and beneath the file no need.
  if (to.channel !== null && to.channel !== place)
    await new Answer(room, to).say(messageView(`${count(rows, 'row')} as a file in your direct messages.`));
}

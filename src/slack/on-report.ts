import { identifyCaller } from '../services/identify-caller.ts';
import { reportFile } from '../services/report-file.ts';
import { Answer } from './answer.ts';
import { readReportValue } from './ids.ts';
import type { Room } from './room.ts';
import { sendCsv } from './send-csv.ts';
import { messageView } from './views/message.ts';
import type { Press } from './wire.ts';

/** Every row of a report that was shown cut, as it is now, for whoever may see it now. */
export async function onReportCsv(room: Room, press: Press): Promise<void> {
  const { world } = room;
  try {
    const wanted = readReportValue(press.value);
    if (wanted === null) {
      await new Answer(room, press).say(messageView('This button is from an older version.', 'Ask for the report again.'));
      return;
    }
    const caller = await identifyCaller(world, press.userId);
    await sendCsv(room, press, await reportFile(world, caller, wanted.id, wanted.request));
  } catch (error) {
    await new Answer(room, press).sorry('report:csv', error);
  }
}

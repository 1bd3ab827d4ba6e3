/*
 * What a bot costs before it does anything of its own: Bolt with HTTPReceiver and one command. The mode says what the
 * command does: `ack` nothing, `answer` one canned message, `lookup` the same vendor calls as the bot and one message,
 * `lookup-undici` the same with the message sent by undici.request instead of Bolt's respond.
 */
import { App, HTTPReceiver } from '@slack/bolt';
import { request } from 'undici';

const { BENCH_MODE: mode, BENCH_WORLD: world, BENCH_SECRET: signingSecret = '', PORT: port } = process.env;
const MINUTE_MS = 60_000;

const receiver = new HTTPReceiver({ signingSecret, endpoints: '/slack/events' });
const app = new App({
  receiver,
  token: 'xoxb-bench',
  botId: 'B0SEATWARDEN',
  botUserId: 'U0SEATWARDEN',
  clientOptions: { slackApiUrl: `${world}/slack/` },
});

const WORK = {
  ack: async () => undefined,
  answer: ({ respond }) => respond({ response_type: 'ephemeral', text: 'Seatwarden', blocks: CANNED }),
  lookup: async ({ command, respond }) => {
    await respond(await lookUp(command.text.trim()));
  },
  'lookup-undici': async ({ command }) => {
    const { body } = await request(command.response_url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await lookUp(command.text.trim())),
    });
    await body.dump();
  },
};

async function lookUp(email) {
  const [licences, user] = await Promise.all([licencesOf(email), ahaUser(email)]);
  const lines = licences.map(
    ({ licenseId, product, lastSeen }) => `*${product.name}* \`${licenseId}\`, last used ${lastSeen.lastSeenDate}`,
  );
  if (user !== undefined) lines.push(`*Aha!* ${user.name}, ${user.enabled ? 'enabled' : 'disabled'}`);
  const blocks = lines.map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }));
  return { response_type: 'ephemeral', text: lines.join('\n'), blocks };
}

const CANNED = Array.from({ length: 12 }, (_, line) => ({
  type: 'section',
  text: {
    type: 'mrkdwn',
    text: `\`/licenses subcommand ${line}\`\nOne sentence that says what it is for, and an example of it.`,
  },
}));

async function licencesOf(email) {
  const { body } = await request(
    `${world}/jetbrains/customer/licenses?assigneeEmail=${encodeURIComponent(email)}&page=1&perPage=100`,
    {
      headers: { 'x-api-key': 'bench', 'x-customer-code': '1' },
    },
  );
  return body.json();
}

let kept = { at: Number.NEGATIVE_INFINITY, users: Promise.resolve([]) };

/** Aha! has no search by e-mail, so the whole list is kept for a minute, as the bot does. */
async function ahaUser(email) {
  if (performance.now() - kept.at > MINUTE_MS) kept = { at: performance.now(), users: readUsers() };
  return (await kept.users).find((user) => user.email.toLowerCase() === email);
}

async function readUsers() {
  const { body } = await request(`${world}/aha/users?page=1&per_page=200`, { headers: { authorization: 'Bearer bench' } });
  return (await body.json()).users;
}

const work = WORK[mode];
app.command('/licenses', async (args) => {
  await args.ack();
  await work(args);
});

await app.start(Number(port));

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly message: string;
}

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly Check[];
}

/** One thing the bot needs: null when it works, else a short sentence without details that help a stranger. */
export interface Need {
  readonly name: string;
  problem(): string | null | Promise<string | null>;
}

const NEED_MS = 2_000;

/** Asks everything the bot needs, all at once, and gives each two seconds. */
export async function checkReadiness(needs: readonly Need[]): Promise<Readiness> {
  const checks = await Promise.all(
    needs.map(async (need): Promise<Check> => {
      const problem = await answerOf(need);
      return { name: need.name, ok: problem === null, message: problem ?? 'ok' };
    }),
  );
  return { ready: checks.every((check) => check.ok), checks };
}

async function answerOf(need: Need): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('does not answer'), NEED_MS);
  });
  try {
    return await Promise.race([Promise.resolve().then(() => need.problem()), late]);
  } catch {
    return 'is down';
  } finally {
    clearTimeout(timer);
  }
}

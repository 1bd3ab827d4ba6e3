/*
 * Preloaded into a measured process: tells its CPU time and heap when asked. Plain JavaScript, so that nothing runs there
 * but Node and what is measured.
 */
process.on('message', (question) => {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMs: (user + system) / 1_000 });
  }
  if (question === 'heap') {
    // Twice: what finalisers let go in the first is taken in the second.
    globalThis.gc?.();
    setTimeout(() => {
      globalThis.gc?.();
      process.send?.({ heapKb: process.memoryUsage().heapUsed / 1_024 });
    }, 200);
  }
});
// The question must not keep a process alive that wants to end.
process.channel?.unref();

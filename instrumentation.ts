/** Next.js calls this once per process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { start } = await import('./lib/start')
  try {
    await start()
  } catch (error) {
    // Next.js would go on and say Ready. A shop that cannot remember or ask WeChat must not.
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

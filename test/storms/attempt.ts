import type { Stage } from './stage'

/** Whoever sees an error page when something throws goes on. */
export async function attempt(stage: Stage, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    const result = await work()
    stage.tell(
      `  ${what}: ${JSON.stringify(result, (key, value) => (key === '' || typeof value !== 'object' ? value : undefined))}`,
    )
  } catch (error) {
    stage.tell(`  ${what}: ${error}`)
  }
}

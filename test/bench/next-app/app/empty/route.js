/** A route handler that does nothing. */
export async function POST() {
  return new Response('')
}

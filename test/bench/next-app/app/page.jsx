import { headers } from 'next/headers'

/** A page of one paragraph that is rendered for each request. */
export default async function Page() {
  const language = (await headers()).get('accept-language') ?? 'no language'
  return <p>Whoever asks for this reads {language}.</p>
}

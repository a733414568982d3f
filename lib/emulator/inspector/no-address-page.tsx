/** @jsxImportSource hono/jsx */
import type { Context } from 'hono'
import type { Env } from '../show-page'
import type { WeChat } from '../wechat'
import { Frame, homeOf, type InspectorContext } from './frame'
import { pagesOf } from './pages'

/** Whatever is not an address of the emulator: a page for browsers, and a few lines for programs. */
export function showNoAddress(wechat: WeChat, c: Context<Env>, base: string): Response | Promise<Response> {
  const paths = Object.values(wechat.protocols).flatMap((it) => it.addresses.map((path) => base + path))
  if (!(c.req.header('accept') ?? '').includes('text/html')) {
    const lines = ["Nothing at this address. WeChat Pay's addresses here:", ...paths]
    return c.text(`${lines.join('\n')}\n`, 404, { 'x-content-type-options': 'nosniff' })
  }
  return pagesOf(wechat, base)(c, (context) => <NoAddressPage context={context} paths={paths} />, 404)
}

function NoAddressPage({ context, paths }: { context: InspectorContext; paths: string[] }) {
  const { view, words } = context
  return (
    <Frame context={context} tab={null} title={words.noAddress}>
      <section class="card alone">
        <h1>{words.noAddress}</h1>
        <p>{words.noAddressText}</p>
        <p>
          <a class="button" href={`${view.base}/phone`}>
            {words.phone}
          </a>{' '}
          <a class="button" href={homeOf(view)}>
            {words.tab.activity}
          </a>
        </p>
        <p>{words.noAddressApi}</p>
        <pre>{paths.join('\n')}</pre>
      </section>
    </Frame>
  )
}

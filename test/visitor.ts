import { nameOf, type World } from './world'

type Fields = Record<string, string> | [string, string][]

/**
 * A browser as far as forms see it: it keeps the cookies it is given, and sends them with the next form. Its address counts
 * in a world that trusts 127.0.0.1 to tell it.
 */
export function openVisitor(world: World, address?: string) {
  const from = address === undefined ? {} : { 'x-forwarded-for': address }
  const jar = new Map<string, string>()
  const keep = (response: Response) => {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = '', ...rest] = cookie.split(';')
      const [name = '', value = ''] = pair.split('=')
      if (rest.some((it) => it.trim() === 'Max-Age=0')) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  const cookie = () => [...jar].map((pair) => pair.join('=')).join('; ')
  const send = (path: string, fields: Fields, headers: Record<string, string> = {}) =>
    world.form(path, fields, { cookie: cookie(), ...from, ...headers })
  const submit = async (path: string, fields: Fields) => keep(await send(path, fields))
  return {
    jar,
    keep,
    cookie,
    /** Sends a form whose answer does not arrive, because the next one is sent before. */
    send,
    /** Sends a form and keeps what it answers. */
    submit,
    add: (productId: string, quantity = 1) =>
      submit('/api/cart', { action: 'add', productId, quantity: String(quantity) }),
    /** What the page of the cart puts into its form. */
    checkoutForm: (amountFen: number): Record<string, string> => {
      const [cart = ''] = decodeURIComponent(jar.get(nameOf('cart')) ?? '').split('|')
      return { cart, amountFen: String(amountFen) }
    },
  }
}

/** Where an answer leads to. */
export function placeOf(response: Response): string {
  return response.headers.get('location') ?? ''
}

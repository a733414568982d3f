import { expect, test } from 'vitest'
import { openAuthorization } from '@/lib/wechat/openid'

const OPTIONS = {
  appid: 'wxdemo0000000000a1',
  appSecret: 'a secret & more',
  authorizeUrl: 'https://open.weixin.invalid/connect/oauth2/authorize',
  tokenUrl: 'https://api.weixin.invalid/sns/oauth2/access_token',
}

/** WeChat answers with this; gives the openid that is believed, and what was asked. */
async function asking(answer: (request: Request) => Promise<Response>) {
  const asked: Request[] = []
  const authorization = openAuthorization({
    ...OPTIONS,
    fetch: (request) => {
      asked.push(request)
      return answer(request)
    },
  })
  return { openid: await authorization.findOpenid('a code'), asked }
}

test('the browser is sent to WeChat with the way back, and the fragment that WeChat wants at the end', () => {
  const { addressFor } = openAuthorization({ ...OPTIONS, fetch: () => Promise.reject(new Error('not called')) })
  expect(addressFor('https://shop.example/back?order=1', 'state & more')).toBe(
    `${OPTIONS.authorizeUrl}?appid=wxdemo0000000000a1&redirect_uri=https%3A%2F%2Fshop.example%2Fback%3Forder%3D1` +
      '&response_type=code&scope=snsapi_base&state=state+%26+more#wechat_redirect',
  )
})

test('a code becomes an openid by one question, which follows nobody elsewhere', async () => {
  const { openid, asked } = await asking(async () =>
    Response.json({ openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6-', expires_in: 7200 }),
  )
  expect(openid).toBe('oUpF8uMuAJO_M2pxb1Q9zNjWeS6-')
  const query = 'appid=wxdemo0000000000a1&secret=a+secret+%26+more&code=a+code&grant_type=authorization_code'
  expect(asked.map(({ method, url, redirect }) => [method, url, redirect])).toEqual([
    ['GET', `${OPTIONS.tokenUrl}?${query}`, 'manual'],
  ])
})

test.each<[string, () => Promise<Response>]>([
  ['an error of WeChat', async () => Response.json({ errcode: 40029, errmsg: 'invalid code' })],
  ['no JSON', async () => new Response('<html>')],
  ['an empty openid', async () => Response.json({ openid: '' })],
  ['a long openid', async () => Response.json({ openid: 'o'.repeat(129) })],
  ['an openid with other characters', async () => Response.json({ openid: 'o"; drop' })],
  ['an openid with a line after it', async () => Response.json({ openid: 'oUpF8\n' })],
  ['an openid with something before it', async () => Response.json({ openid: ' oUpF8' })],
  ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
])('%s names nobody', async (_, answer) => {
  expect((await asking(answer)).openid).toBeNull()
})

test('an openid of 128 characters is one', async () => {
  expect((await asking(async () => Response.json({ openid: 'o'.repeat(128) }))).openid).toHaveLength(128)
})

// Loaded before the clock stands still.
import '@/app/api/wechat/notify/v3/route'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openScene, type Scene, signedXml } from './scene'

let scene: Scene
beforeEach(async () => {
  scene = await openScene()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await scene.world.close()
})

/** A sender that writes what it is told, and ends when it is told. */
function openSender(path = '/api/wechat/notify') {
  let write: (text: string) => void = () => {}
  let end: () => void = () => {}
  const body = new ReadableStream({
    start(controller) {
      write = (text) => controller.enqueue(new TextEncoder().encode(text))
      end = () => controller.close()
    },
  })
  const answer = scene.world.fetch(path, { method: 'POST', body, duplex: 'half' } as RequestInit)
  return { write, end, answer }
}

const entries = async () => (await scene.world.log()).length

test('a body that comes byte by byte within five seconds is read to its end', async () => {
  const { write, end, answer } = openSender()
  const text = signedXml(scene.notification(scene.held))
  for (const character of text) write(character)
  await vi.advanceTimersByTimeAsync(4_999)
  end()
  expect(await (await answer).text()).toContain('SUCCESS')
  expect(await scene.world.statusOf(scene.held.order)).toBe('paid')
})

const URLS = ['/api/wechat/notify', '/api/wechat/notify/v3']

test.each(URLS)(
  'a body that drips into %s is given up five seconds after its beginning, and nothing of it is believed',
  async (path) => {
    const before = await entries()
    const { write, answer } = openSender(path)
    const text = signedXml(scene.notification(scene.held))
    for (let second = 0; second < 5; second += 1) {
      write(text.slice(second * 100, (second + 1) * 100))
      await vi.advanceTimersByTimeAsync(1_000)
    }
    const { status, headers } = await answer
    expect([status, headers.get('connection')]).toEqual([408, 'close'])
    expect(await entries()).toBe(before)
    expect(await scene.world.statusOf(scene.held.order)).toBe('pending')
  },
)

test.each(URLS)(
  'a sender that breaks off at %s is answered as such, and nothing of it is written down',
  async (path) => {
    const before = await entries()
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) })
    const init = { method: 'POST', body, duplex: 'half' } as RequestInit
    expect((await scene.world.fetch(path, init)).status).toBe(400)
    expect(await entries()).toBe(before)
  },
)

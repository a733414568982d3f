/** Next.js calls this once per process, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { startOrExit } = await import('@/lib/server/start')
    const { POST } = await import('@/app/api/wechat/notify/route')
    const { POST: takeV3 } = await import('@/app/api/wechat/notify/v3/route')
    await startOrExit({
      '/api/wechat/notify': POST,
      '/api/wechat/notify/refund': POST,
      '/api/wechat/notify/v3': takeV3,
    })
  }
}

/** The account that shop and emulator share when nothing else is configured. It is public, so it must never touch the real service. */
export const DEMO_ACCOUNT = {
  appid: 'wxd930ea5d5a258f4f',
  mchId: '1900000109',
  apiKey: '192006250b4c09247ec02edce69f6a2d',
  /** For page authorization. */
  appSecret: 'c0ffee0000000000000000000000demo',
}

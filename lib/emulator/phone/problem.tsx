/** @jsxImportSource hono/jsx */
import type { Context } from 'hono'
import type { Env, PageStatus } from '../show-page'
import type { WeChat } from '../wechat'
import { Bar, Leave, Phone, type Screen, Scroll, Sign, showScreen } from './screen'
import type { PhoneWords } from './words'

type Problem = { status: PageStatus; title: keyof PhoneWords; text?: keyof PhoneWords }

const PROBLEMS = {
  code: { status: 404, title: 'unknown', text: 'unknownText' },
  received: { status: 400, title: 'unreadable', text: 'unreadableText' },
  authorization: { status: 400, title: 'notAuthorized', text: 'notAuthorizedText' },
  link_broken: { status: 404, title: 'linkBroken' },
  link_expired: { status: 200, title: 'linkExpired' },
} as const satisfies Record<string, Problem>

/** What the phone cannot do anything with. */
export function showPhoneProblem(wechat: WeChat, c: Context<Env>, base: string, what: keyof typeof PROBLEMS) {
  const { status, title, ...more } = PROBLEMS[what]
  return showScreen(
    wechat,
    c,
    base,
    (screen) => (
      <ProblemScreen
        screen={screen}
        title={screen.words[title]}
        text={'text' in more ? screen.words[more.text] : undefined}
      />
    ),
    { status },
  )
}

function ProblemScreen({ screen, title, text }: { screen: Screen; title: string; text: string | undefined }) {
  const { view, words } = screen
  return (
    <Phone screen={screen} title={title}>
      <Bar title={words.wallet} backHref={`${view.base}/phone`} back={words.back} />
      <main class="result" aria-label={title}>
        <Scroll label={title}>
          <Sign kind="bad" />
          <h2>{title}</h2>
          {text !== undefined && <p class="hint">{text}</p>}
        </Scroll>
        <div class="foot">
          <Leave screen={screen} />
        </div>
      </main>
    </Phone>
  )
}

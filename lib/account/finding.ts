/** What is looked at, in the order in which it is told. */
const SUBJECTS = [
  'connection',
  'clock',
  'appid',
  'merchant',
  'API key',
  'sign type',
  'certificate',
  'v3 merchant key',
  'v3 key',
  "WeChat Pay's key",
  'notify URL',
] as const

/** `doubtful` works today, or could not be seen from here; `untold` says why nothing is said. */
export type Finding = {
  subject: (typeof SUBJECTS)[number]
  state: 'right' | 'wrong' | 'doubtful' | 'untold'
  text: string
}

type Maker = (subject: Finding['subject'], text: string) => Finding
const maker =
  (state: Finding['state']): Maker =>
  (subject, text) => ({ subject, state, text })

export const right = maker('right')
export const wrong = maker('wrong')
export const doubtful = maker('doubtful')
export const untold = maker('untold')

/** One for each subject, the gravest of those that were found, in the order of the subjects. */
export function gravest(findings: Finding[]): Finding[] {
  const gravity = ['wrong', 'doubtful', 'right', 'untold']
  return SUBJECTS.flatMap((subject) =>
    findings
      .filter((it) => it.subject === subject)
      .sort((a, b) => gravity.indexOf(a.state) - gravity.indexOf(b.state))
      .slice(0, 1),
  )
}

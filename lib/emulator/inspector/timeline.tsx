/** @jsxImportSource hono/jsx */
import type { Activity } from '../ledger/activity'
import type { Delivery } from '../ledger/schema'
import { ActivityTag, Arrow, attemptName, endpointOf, OutcomeTag } from './activity-parts'
import { hrefWith, type InspectorContext, When } from './frame'

export type FullActivity = Activity & { body: string; answer: string | null }
/** Something that happened between the calls and deliveries. */
export type Mark = { id: string; at: number; title: string }

/** What happened, in the order in which it happened. */
export type Happenings = {
  /** Oldest first. */
  activities: FullActivity[]
  /** Where earlier ones are, when there are more than a page shows. */
  earlier: string | null
  upcoming: Delivery[]
}

export function Timeline({
  context,
  happenings: { activities, earlier, upcoming },
  marks,
}: {
  context: InspectorContext
  happenings: Happenings
  marks: Mark[]
}) {
  const { view, words } = context
  return (
    <>
      {earlier !== null && (
        <p class="earlier">
          <a href={hrefWith(view, { before: earlier, notice: null })}>{words.earlier}</a>
        </p>
      )}
      <ol class="timeline">
        {withMarks(activities, marks).map((it) =>
          'title' in it ? (
            <li key={it.id} class="step paid" id={it.id}>
              <When at={it.at} />
              <p class="step-title">{it.title}</p>
            </li>
          ) : (
            <Step key={`${it.kind}-${it.id}`} context={context} activity={it} />
          ),
        )}
        {upcoming.map((it) => (
          <li key={it.id} class="step upcoming" id={`waiting-${it.id}`}>
            <When at={it.dueAt} />
            <p class="step-title">
              {attemptName(it, words)} <OutcomeTag outcome={it.outcome} words={words} />
            </p>
          </li>
        ))}
      </ol>
    </>
  )
}

function withMarks(activities: FullActivity[], marks: Mark[]): (FullActivity | Mark)[] {
  const before = (activity: FullActivity, previous: FullActivity | undefined) =>
    marks.filter(({ at }) => isAfter(activity, at) && (previous === undefined || !isAfter(previous, at)))
  const newest = activities.at(-1)
  return [
    ...activities.flatMap((it, index) => [...before(it, activities[index - 1]), it]),
    ...marks.filter(({ at }) => newest === undefined || !isAfter(newest, at)),
  ]
}

/** At one instant a mark comes before its notification, and after the call that asked for it. */
function isAfter(activity: Activity, at: number): boolean {
  return activity.kind === 'delivery' ? activity.at >= at : activity.at > at
}

function Step({ context: { view, words }, activity }: { context: InspectorContext; activity: FullActivity }) {
  const id = `${activity.kind}-${activity.id}`
  return (
    <li class={`step ${activity.kind}`} id={id}>
      <When at={activity.at} />
      <p class="step-title">
        <Arrow kind={activity.kind} words={words} />
        <a id={`${id}-link`} href={`${view.base}/${activity.kind}?id=${activity.id}`}>
          {activity.kind === 'call' ? endpointOf(activity.call.path) : attemptName(activity.delivery, words)}
        </a>
        <ActivityTag activity={activity} words={words} />
      </p>
      <details id={`${id}-more`}>
        <summary>{activity.kind === 'call' ? words.requestAndAnswer : words.sentAndReply}</summary>
        <pre>{activity.body}</pre>
        {activity.answer !== null && <pre>{activity.answer}</pre>}
      </details>
    </li>
  )
}

/** @jsxImportSource hono/jsx */
import type { Child } from 'hono/jsx'
import type { RowList } from '../ledger/inspection'
import { Older } from './activity-page'
import { writeRowCursor } from './filters'
import { Empty, Frame, Head, hrefWith, type InspectorContext, Live } from './frame'

type RecordListProps<Row> = {
  context: InspectorContext
  tab: 'orders' | 'refunds'
  words: { text: string; hint: string; none: string; noneText: string }
  filter: { text?: string | undefined; before?: unknown }
  /** The question beside the search: the name of its field, what is asked now, and what can be. */
  state: { name: string; now: string | undefined; all: (readonly [value: string, word: string])[] }
  found: RowList<Row>
  /** One row, with its own key. */
  row: (record: Row) => Child
}

/** A list of the ledger's records, newest first, that can be searched and asked for one state. */
export function RecordList<Row>({ context, tab, words: own, filter, state, found, row }: RecordListProps<Row>) {
  const { view, words } = context
  const isNewest = filter.before === undefined
  const isSearch = filter.text !== undefined || state.now !== undefined
  return (
    <Frame context={context} tab={tab} title={words.tab[tab]} isLive={isNewest}>
      <Head title={words.tab[tab]} text={own.text}>
        {isNewest && <Live words={words} href={hrefWith(view, {})} />}
      </Head>
      <search class="search">
        <form method="get" action={`${view.base}/${tab}`}>
          <label class="hidden" for="q">
            {words.search}
          </label>
          <input id="q" name="q" type="search" maxlength={100} value={filter.text} placeholder={own.hint} />
          {state.now !== undefined && <input type="hidden" name={state.name} value={state.now} />}
          <button class="button" type="submit">
            {words.search}
          </button>
        </form>
        <ul class="pills" aria-label={words.filter}>
          {[[undefined, words.everything] as const, ...state.all].map(([value, word]) => (
            <li key={value ?? 'all'}>
              <a
                href={hrefWith(view, { [state.name]: value ?? null, before: null })}
                aria-current={state.now === value ? 'true' : undefined}
              >
                {word}
              </a>
            </li>
          ))}
        </ul>
      </search>
      <div data-live={tab}>
        {found.rows.length === 0 ? (
          <div class="card">
            <Empty title={isSearch ? words.nothingFound : own.none}>
              <p>{isSearch ? <a href={`${view.base}/${tab}`}>{words.showAll}</a> : own.noneText}</p>
            </Empty>
          </div>
        ) : (
          <div class="card list">
            <ol class="orders">{found.rows.map(row)}</ol>
          </div>
        )}
        <Older
          context={context}
          isSearch={found.rows.length === 0}
          next={found.next && writeRowCursor(found.next)}
          filter={filter}
        />
      </div>
    </Frame>
  )
}

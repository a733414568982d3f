import { AMOUNTS, CONTENTS, EVENTS, FIELDS, NUMBERS } from './v3-contents'
import { ENVELOPES, NO_JSON, SEALED } from './v3-envelopes'
import { FRESH, OF_HEADERS, SIGNATURES, TAMPERED, WINDOW } from './v3-forgeries'
import type { Row } from './v3-scene'

const GROUPS: Record<string, Row[]> = {
  header: OF_HEADERS,
  window: [...WINDOW, ...FRESH],
  signature: SIGNATURES,
  tampered: TAMPERED,
  'no JSON': NO_JSON,
  envelope: ENVELOPES,
  sealed: SEALED,
  content: CONTENTS,
  field: FIELDS,
  amount: AMOUNTS,
  number: NUMBERS,
  event: EVENTS,
}

/** Messages at the v3 address that must move nothing, whoever made them: a stranger, somebody on the way, or WeChat for somebody else. */
export const V3_ROWS = Object.entries(GROUPS).flatMap(([group, rows]) =>
  rows.map(([name, message, verdict]) => [group, name, message, verdict] as const),
)

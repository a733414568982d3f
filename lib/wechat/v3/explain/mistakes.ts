import {
  inOtherEncodings,
  withBody,
  withEndAdded,
  withEndTrimmed,
  withJson,
  withMark,
  withOtherLineBreaks,
  withoutBody,
} from './body'
import type { SignatureCause } from './causes'
import { withOtherPackage, withPackageOfSdk, withUnsignedField, withV2Text } from './handed-over'
import {
  bodyOnly,
  hashedBefore,
  inMilliseconds,
  inUnknownMilliseconds,
  joinedOtherwise,
  withClockReadTwice,
  withCrlf,
  withLinesSwapped,
  withNewlineMore,
  withOtherNonce,
  withOtherTimestamp,
  withoutLastNewline,
} from './lines'
import type { Draft, Subject } from './subject'
import {
  withLowerMethod,
  withOrigin,
  withOtherEscapes,
  withOtherMethod,
  withOtherQuery,
  withOtherSlashes,
  withoutLeadingSlash,
  withoutQuery,
  withoutVersion,
  withTrailingSlash,
} from './target'

type Mistake = readonly [SignatureCause, (subject: Subject) => Iterable<Draft>]

/**
 * What senders do wrong when they make the text to be signed, and the texts to which that leads. A mistake in a line
 * that a subject does not have leads to none. Where two mistakes lead to one text, the first is named.
 */
export const MISTAKES: readonly Mistake[] = [
  // Where the body ends with a line feed, this and the next lead to one text.
  ['body_end_changed', withEndTrimmed],
  ['last_newline_missing', withoutLastNewline],
  ['newline_added', withNewlineMore],
  ['crlf', withCrlf],
  ['lines_swapped', withLinesSwapped],
  ['lines_joined_otherwise', joinedOtherwise],
  ['body_only', bodyOnly],
  ['hashed_before', hashedBefore],
  ['timestamp_milliseconds', inMilliseconds],
  ['timestamp_other', withOtherTimestamp],
  ['nonce_other', withOtherNonce],
  ['method_lower_case', withLowerMethod],
  ['method_other', withOtherMethod],
  ['query_left_out', withoutQuery],
  ['absolute_url', withOrigin],
  ['double_slash', withOtherSlashes],
  ['leading_slash_missing', withoutLeadingSlash],
  ['trailing_slash', withTrailingSlash],
  ['version_left_out', withoutVersion],
  ['percent_encoding', withOtherEscapes],
  ['query_changed', withOtherQuery],
  ['body_left_out', withoutBody],
  ['body_added', withBody],
  ['body_end_changed', withEndAdded],
  ['bom', withMark],
  ['body_line_breaks', withOtherLineBreaks],
  ['body_rewritten', withJson],
  ['charset_changed', inOtherEncodings],
  ['package_bare', (subject) => withOtherPackage(subject, 'bare')],
  ['package_prefixed', (subject) => withOtherPackage(subject, 'prefixed')],
  ['package_of_sdk', withPackageOfSdk],
  ['unsigned_field_included', withUnsignedField],
  ['v2_text', withV2Text],
  // Many and unlikely, so last: the limit of the work may end before them.
  ['timestamp_other', withClockReadTwice],
  ['timestamp_milliseconds', inUnknownMilliseconds],
]

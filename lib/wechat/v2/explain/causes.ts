/**
 * Why a signature is wrong: what its sender did, in the words of logs, pages and translations. Each is said only when
 * it is evident, or when the same mistake made again leads to the very signature that came.
 */
export const SIGNATURE_CAUSES = [
  // Evident
  'sign_missing',
  'sign_empty',
  'unknown_sign_type',
  'unexpected_sign_type',
  'truncated_body',
  // The right text, signed or written otherwise
  'other_sign_type',
  'other_hash',
  'previous_key',
  'sample_key',
  'key_altered',
  'lower_case_sign',
  'spaces_around_sign',
  'base64_sign',
  'cut_sign',
  // Another text
  'empty_included',
  'key_missing',
  'key_first',
  'key_sorted_in',
  'key_misnamed',
  'sign_included',
  'sorted_otherwise',
  'fields_unsorted',
  'names_changed',
  'joined_otherwise',
  // Other values
  'values_trimmed',
  'spaces_lost',
  'line_breaks_changed',
  'number_reformatted',
  'cdata_included',
  'entities_changed',
  'url_encoded',
  'json_rewritten',
  'charset_changed',
  // Changed after it was signed
  'field_added',
  'field_changed',
  'field_removed',
] as const

export type SignatureCause = (typeof SIGNATURE_CAUSES)[number]

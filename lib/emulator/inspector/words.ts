import type { Locale } from '../locale'
import { en } from './words-en'
import { zh } from './words-zh'

export type InspectorWords = typeof zh

/** The texts of the inspector. */
export const INSPECTOR_WORDS: Record<Locale, InspectorWords> = { zh, en }

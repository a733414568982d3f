import type { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import type { Limits } from '@/lib/web/rate-limit'
import type { Handler } from './direct'

/** What the shop's own server is told when everything runs. */
export type Started = {
  /** Printed once the shop can be reached. */
  welcome: string[]
  limits: Limits
  /** What is on a page that looks the same to many. */
  shownOn: (path: string) => Promise<string | null>
  /** Route handlers that WeChat's notifications come in through, by path; the server calls them past Next.js. */
  forWeChat: Record<string, Handler>
}

/**
 * What one process has once, however often its modules are loaded: Next.js keeps several copies of a module, and the
 * server around it has its own.
 */
export type ShopProcess = {
  /** Set by the shop's own server, which alone vouches for the address of a connection. */
  hasOwnServer?: boolean
  /** Set by `npm run demo`, in a process that nobody leads. */
  isDemo?: boolean
  /** The first admin of a demo, when this start made it and its pages may name it. */
  demoAdmin?: { email: string; password: string; passwordMark: string }
  /** Set by `--new`: the operator's word that an empty database may take the place of one that is gone. */
  mayBeNew?: boolean
  /** The answer that server is giving, so that a page can say which status it has. */
  answering?: AsyncLocalStorage<ServerResponse>
  /** Where another process plays the emulator for this one. */
  emulatorUrl?: string | null
  /** Calls back when the process has time for what can wait. */
  whenReady?: (call: () => void) => void
  /** Called when everything runs. */
  onStarted?: (started: Started) => void
  /** Called when the shop can be reached. */
  onListening?: () => void
  /** The process is about to end: whoever sends requests here is to send them to another one. */
  isStopping?: boolean
  /** Ends streams and the worker, so that open requests can finish. */
  drain?: () => Promise<void>
  /** Closes the store; nothing may be asked of it afterwards. */
  close?: () => Promise<void>
}

const NAME = Symbol.for('wechat-pay-shop')

export function shopProcess(): ShopProcess {
  const everything = globalThis as typeof globalThis & { [NAME]?: ShopProcess }
  everything[NAME] ??= {}
  return everything[NAME]
}

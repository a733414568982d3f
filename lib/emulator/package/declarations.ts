import type { Emulator, EmulatorOptions, Place, Server, TestEmulator, TestOptions } from '../public'

export type { FaultSettings } from '../fault-names'
export type {
  AccountKeys,
  Attempt,
  AttemptFilter,
  Caller,
  Emulator,
  EmulatorOptions,
  KeyMaker,
  MerchantAccount,
  Place,
  Seed,
  SeedOrder,
  SendRequest,
  Server,
  TestEmulator,
  TestOptions,
} from '../public'

/**
 * WeChat Pay in a box: its API, its ledger, its deliveries and the buyer's phone. A function from request to response,
 * so that it can be a server, a part of one, or a value in a test.
 */
export declare function createEmulator(options?: EmulatorOptions): Emulator

/** Serves an emulator over HTTP. Rejects if it cannot listen there. Deliveries leave by themselves after `start`. */
export declare function serveEmulator(emulator: Pick<Emulator, 'fetch'>, place?: Place): Promise<Server>

/** An emulator that listens and delivers, with what a test does to it. It fits every test runner, as it knows none. */
export declare function startEmulator(options?: TestOptions): Promise<TestEmulator>

import { DecoratorHandler, type Dispatcher } from 'undici'

/** How a connection ends that the other side gave up; nothing else is worth the same call again. */
const CONNECTION_LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/**
 * Sends a request a second time, at once and over a new connection, when its connection was lost before the first byte
 * of an answer: a front that closes an idle connection does so while the next call is on its way. Every call to WeChat
 * Pay may be repeated unchanged. The request's own signal still ends it, so both tries share one time limit.
 */
export function repeatOnce(fresh: Dispatcher): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => dispatch(options, new Repeater(fresh, options, handler))
}

/** Undici's class hands on whatever it is told; its types keep silent about that. */
const Relay: new (handler: Dispatcher.DispatchHandler) => Dispatcher.DispatchHandler = DecoratorHandler

class Repeater extends Relay {
  #hasAnswer = false
  #isRepeated = false

  constructor(
    private readonly fresh: Dispatcher,
    private readonly options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ) {
    super(handler)
  }

  /** The first byte of an answer is here, even if no more of it comes. */
  override onResponseStarted(): void {
    this.#hasAnswer = true
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#hasAnswer || this.#isRepeated || controller?.aborted || !isConnectionLost(error)) {
      super.onResponseError?.(controller, error)
      return
    }
    this.#isRepeated = true
    this.fresh.dispatch(this.options, this)
  }
}

function isConnectionLost(error: Error): boolean {
  return 'code' in error && CONNECTION_LOST.has(String(error.code))
}

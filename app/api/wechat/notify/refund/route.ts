/**
 * WeChat says that a refund came to its end, as it says that an order was paid. What a message tells of stands in it, not in
 * the address: both are taken at either.
 */
export { DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT } from '../route'

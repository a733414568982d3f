/** Its own, or it would have the shop's. */
export default {}

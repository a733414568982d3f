import { request } from 'node:http'

/* What the copied command needs of curl, for machines without one. */

const args = process.argv.slice(2)
const after = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)

// The path goes out as it was given: a URL object would write some of its characters otherwise.
const url = args.find((it) => it.startsWith('http://')) ?? ''
const [, hostname, port, path] = /^http:\/\/([^:/]+):(\d+)(.*)$/.exec(url) ?? []
const headers = args.flatMap((it, at) => (args[at - 1] === '-H' ? it.split(': ') : []))
const sent = request({ hostname, port, path, method: after('-X') ?? 'GET', headers })
if (after('--data-binary') === '@-') process.stdin.pipe(sent)
else sent.end(after('--data-raw') ?? '')

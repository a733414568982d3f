import { toString as drawCode } from 'qrcode'

/** Drawn here on the server, dark on white with its quiet zone, whatever the page looks like around it. */
export async function QrCode({ text, label }: { text: string; label: string }) {
  const svg = await drawCode(text, { type: 'svg', margin: 4, errorCorrectionLevel: 'M' })
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  return (
    <img
      src={source}
      alt={label}
      width={256}
      height={256}
      className="mx-auto size-64 rounded-2xl border border-line bg-white"
    />
  )
}

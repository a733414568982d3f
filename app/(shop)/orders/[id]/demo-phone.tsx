import { Smartphone } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import { getConfig } from '@/lib/runtime'
import type { Invocation } from '@/lib/shop/gateway'
import type { Order } from '@/lib/shop/order'
import { UntilPaid } from './live-order'
import { PhoneBeside } from './phone-beside'

/** With the emulator there is no phone at hand, so one is offered; with WeChat Pay this is not there. */
export async function DemoPhone({ order, invocation }: { order: Order; invocation: Invocation | null }) {
  const { emulator, publicUrl } = await getConfig()
  if (emulator === null) return null
  const t = await getTranslations('order')
  // A phone on another origin is not told by the browser which page the buyer comes from.
  const back = { redirect_url: `${publicUrl.origin}/orders/${order.id}`, lang: await getLocale() }
  const opens = invocation && whatOpens(invocation)
  const address = opens && `${emulator.phonePath}?${new URLSearchParams({ ...opens, ...back })}`
  // An emulator elsewhere shows its phone in no page but its own.
  const isBeside = invocation?.channel === 'native' && emulator.phonePath.startsWith('/')
  return (
    <aside className="flex flex-col gap-4 empty:hidden lg:col-start-2 lg:row-span-2 print:hidden">
      <PhoneBeside address={isBeside ? address : null} title={t('demoPhone')} />
      {address && (
        <UntilPaid paid={null}>
          <Hint address={address} isBeside={isBeside} />
        </UntilPaid>
      )}
    </aside>
  )
}

/** What the phone is opened with: the code that it scans, or what a page inside WeChat hands to it. */
function whatOpens(invocation: Invocation): Record<string, string> | null {
  if (invocation.channel === 'native') return { code_url: invocation.codeUrl }
  if (invocation.channel !== 'jsapi') return null
  return { jsapi: Buffer.from(JSON.stringify(invocation.jsapi)).toString('base64url') }
}

async function Hint({ address, isBeside }: { address: string; isBeside: boolean }) {
  const t = await getTranslations('order')
  return (
    <div className={`rounded-2xl bg-honey px-5 py-4 ${isBeside ? 'lg:py-3' : ''}`}>
      <p className="font-medium">{t('demoTitle')}</p>
      <p className={`mb-3 text-sm leading-relaxed ${isBeside ? 'lg:hidden' : ''}`}>{t('demoText')}</p>
      {isBeside && <p className="hidden text-sm leading-relaxed lg:block">{t('demoBeside')}</p>}
      <a
        href={address}
        target="_blank"
        rel="noopener"
        className={`inline-flex min-h-11 items-center gap-2 rounded-full bg-amber px-5 font-medium text-on-pine hover:bg-ink ${isBeside ? 'lg:bg-transparent lg:px-0 lg:text-sm lg:text-amber lg:underline lg:hover:bg-transparent' : ''}`}
      >
        <Smartphone aria-hidden className="size-5" />
        {t('demoLink')}
      </a>
    </div>
  )
}

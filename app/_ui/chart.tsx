import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { getTranslations } from 'next-intl/server'

use([BarChart, LineChart, GridComponent, SVGRenderer])

/** The shop's colours; a picture cannot read them from the style sheet. */
const COLOURS = { good: '#3f6e5b', waiting: '#c98a3a', over: '#b9b09c', alarm: '#9b3322' } as const
const INK = '#5d6a63'
const LINE = '#e4dccb'
/** What each colour is for those who want it dark. Those that are left out do for both. */
const IN_THE_DARK: Record<string, string> = {
  [INK]: '#a3b1a9',
  [LINE]: '#33423b',
  '#3f6e5b': '#86bda4',
  '#b9b09c': '#8b8672',
  '#9b3322': '#f19c88',
}
const FONT = { color: INK, fontSize: 13, fontFamily: 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif' }

/** A value that is null was not measured, and is a gap. */
type Series = { name: string; colour: keyof typeof COLOURS; values: (number | null)[] }

type Picture = {
  /** What stands below each place, such as an hour. */
  labels: string[]
  series: Series[]
  shape?: keyof typeof SHAPES
  width?: number
}

const WIDTH = 460
const HEIGHT = 190

/**
 * Numbers as a picture that the server draws, so that no script is needed to see it; the same numbers stand below as a
 * table for those who would rather read. `title` says what is counted, and in which unit.
 */
export async function Chart({ title, ...picture }: Picture & { title: string }) {
  const t = await getTranslations('chart')
  const { labels, series, width = WIDTH } = picture
  return (
    <figure className="rounded-3xl border border-line bg-card p-5">
      <figcaption className="font-serif text-lg">{title}</figcaption>
      {/* A single series is named by the title. */}
      {series.length > 1 && (
        <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm text-faded">
          {series.map(({ name, colour }) => (
            <li key={name} className="inline-flex items-center gap-1.5">
              <img src={sourceOf(swatch(COLOURS[colour]))} alt="" width={12} height={12} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <img src={sourceOf(draw(picture))} alt={title} width={width} height={HEIGHT} className="mt-2 h-auto w-full" />
      <details className="text-sm text-faded">
        <summary className="inline-flex min-h-11 cursor-pointer items-center underline decoration-line underline-offset-4">
          {t('asTable')}
        </summary>
        <div className="overflow-x-auto">
          <table className="w-full text-right tabular-nums">
            <thead>
              <tr>
                <th scope="col" className="sr-only">
                  {t('place')}
                </th>
                {series.map(({ name }) => (
                  <th key={name} scope="col" className="px-2 py-1 font-normal">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, place) => (
                <tr key={label} className="border-t border-line">
                  <th scope="row" className="px-2 py-1 text-left font-normal">
                    {label}
                  </th>
                  {series.map(({ name, values }) => (
                    <td key={name} className="px-2 py-1 text-ink">
                      {values[place] ?? '–'}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}

const SHAPES = {
  bars: { type: 'bar', barMaxWidth: 14, barGap: '10%' },
  lines: { type: 'line', symbol: 'circle', symbolSize: 5, lineStyle: { width: 2.5 } },
} as const

/** The picture as SVG. */
function draw({ labels, series, shape = 'bars', width = WIDTH }: Picture): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: HEIGHT })
  try {
    chart.setOption({
      animation: false,
      textStyle: FONT,
      grid: { left: 8, right: 12, top: 16, bottom: 4, outerBoundsMode: 'same' },
      xAxis: {
        type: 'category',
        data: labels,
        axisLabel: { ...FONT, hideOverlap: true },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: LINE } },
      },
      yAxis: { type: 'value', minInterval: 1, axisLabel: FONT, splitLine: { lineStyle: { color: LINE } } },
      series: series.map(({ name, colour, values }) => ({
        name,
        data: values,
        silent: true,
        color: COLOURS[colour],
        ...SHAPES[shape],
      })),
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

function sourceOf(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(inBothThemes(svg)).toString('base64')}`
}

/** What a series looks like, for its name. */
function swatch(colour: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="${colour}"/></svg>`
}

/** A picture knows what its reader prefers, but only from rules of its own. */
function inBothThemes(svg: string): string {
  const rules = Object.entries(IN_THE_DARK).flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((part) => `[${part}="${light}"]{${part}:${dark}}`),
  )
  return svg.replace(/<svg[^>]*>/, `$&<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`)
}

import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { getTranslations } from 'next-intl/server'

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer])

/** The shop's colours; a picture cannot read them from the style sheet. Series of one colour get one shade each. */
const COLOURS = {
  good: ['#3f6e5b', '#86ab9a'],
  waiting: ['#c98a3a', '#e2bd88'],
  over: ['#b9b09c', '#d8d1c0'],
  alarm: ['#9b3322', '#c2695a', '#dba397', '#6d1f12'],
  hostile: ['#1d2b26', '#5d6a63', '#8d9892', '#3b4a44'],
} as const
const INK = '#5d6a63'
const LINE = '#e4dccb'
/** What each colour is for those who want it dark. Those that are left out do for both. */
const IN_THE_DARK: Record<string, string> = {
  [INK]: '#a3b1a9',
  [LINE]: '#33423b',
  '#3f6e5b': '#86bda4',
  '#86ab9a': '#527a68',
  '#b9b09c': '#8b8672',
  '#d8d1c0': '#5f5c4e',
  '#9b3322': '#f19c88',
  '#dba397': '#8e4536',
  '#6d1f12': '#f8cabf',
  '#1d2b26': '#e9ede6',
  '#8d9892': '#74807a',
  '#3b4a44': '#c6d0ca',
}
const FONT = { color: INK, fontSize: 13, fontFamily: 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif' }

/** A value that is null was not measured, and is a gap. */
type Series = { name: string; colour: keyof typeof COLOURS; values: (number | null)[] }

type Picture = {
  /** What stands below each place, such as an hour. */
  labels: string[]
  series: Series[]
  /** Bars stand beside each other, those of a stack on each other. */
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
  const height = HEIGHT + legendHeight(series, width)
  const source = `data:image/svg+xml;base64,${Buffer.from(inBothThemes(draw(picture))).toString('base64')}`
  return (
    <figure className="rounded-3xl border border-line bg-card p-5">
      <figcaption className="font-serif text-lg">{title}</figcaption>
      <img src={source} alt={title} width={width} height={height} className="mt-2 h-auto w-full" />
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
  stack: { type: 'bar', barMaxWidth: 28, stack: 'all' },
  lines: { type: 'line', symbol: 'circle', symbolSize: 5, lineStyle: { width: 2.5 } },
} as const

/** The picture as SVG. */
function draw({ labels, series, shape = 'bars', width = WIDTH }: Picture): string {
  const top = legendHeight(series, width)
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height: HEIGHT + top })
  try {
    chart.setOption({
      animation: false,
      textStyle: FONT,
      grid: { left: 8, right: 12, top: top + 16, bottom: 4, outerBoundsMode: 'same' },
      ...(top > 0 && { legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: FONT, silent: true } }),
      xAxis: {
        type: 'category',
        data: labels,
        axisLabel: { ...FONT, hideOverlap: true },
        axisTick: { show: false },
        axisLine: { lineStyle: { color: LINE } },
      },
      yAxis: { type: 'value', minInterval: 1, axisLabel: FONT, splitLine: { lineStyle: { color: LINE } } },
      series: series.map(({ name, values }, place) => ({
        name,
        data: values,
        silent: true,
        color: shadeOf(series, place),
        ...SHAPES[shape],
      })),
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

/** A picture knows what its reader prefers, but only from rules of its own. */
function inBothThemes(svg: string): string {
  const rules = Object.entries(IN_THE_DARK).flatMap(([light, dark]) =>
    ['fill', 'stroke'].map((part) => `[${part}="${light}"]{${part}:${dark}}`),
  )
  return svg.replace(/<svg[^>]*>/, `$&<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`)
}

function shadeOf(series: Series[], place: number): string | undefined {
  const colour = series[place]?.colour ?? 'over'
  const before = series.slice(0, place).filter((other) => other.colour === colour).length
  return COLOURS[colour][before % COLOURS[colour].length]
}

/** Room for the names of the series, as many lines as they need; a single series is named by the title. */
function legendHeight(series: Series[], width: number): number {
  if (series.length < 2) return 0
  let lines = 1
  let used = 0
  for (const { name } of series) {
    // A small square, the gaps around it, and letters; those of Chinese are twice as wide.
    const item = 30 + [...name].reduce((sum, letter) => sum + (letter > '\u2e80' ? 13 : 6.5), 0)
    if (used > 0 && used + item > width) {
      lines += 1
      used = 0
    }
    used += item
  }
  return lines * 24
}

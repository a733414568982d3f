import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { getTranslations } from 'next-intl/server'

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer])

/** The shop's colours; a picture cannot read them from the style sheet. */
const COLOURS = {
  good: '#3f6e5b',
  waiting: '#c98a3a',
  over: '#b9b09c',
  alarm: '#9b3322',
  hostile: '#1d2b26',
} as const
const INK = '#5d6a63'
const LINE = '#e4dccb'
const FONT = { color: INK, fontSize: 13, fontFamily: 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif' }

/** A value that is null was not measured, and is a gap. */
type Series = { name: string; colour: keyof typeof COLOURS; values: (number | null)[] }

type Picture = {
  /** What stands below each place, such as an hour. */
  labels: string[]
  series: Series[]
  shape?: 'bars' | 'lines'
  width?: number
  height?: number
}

/**
 * Numbers as a picture that the server draws, so that no script is needed to see it; the same numbers stand below as a
 * table for those who would rather read. `title` says what is counted, and in which unit.
 */
export async function Chart({ title, ...picture }: Picture & { title: string }) {
  const t = await getTranslations('chart')
  const { labels, series, width = 460, height = 220 } = picture
  const source = `data:image/svg+xml;base64,${Buffer.from(draw(picture)).toString('base64')}`
  return (
    <figure className="rounded-3xl border border-line bg-card p-5">
      <figcaption className="font-serif text-lg">{title}</figcaption>
      <img src={source} alt={title} width={width} height={height} className="mt-2 h-auto w-full" />
      <details className="text-sm text-faded">
        <summary className="inline-flex min-h-11 cursor-pointer items-center underline decoration-line underline-offset-4">
          {t('asTable')}
        </summary>
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
      </details>
    </figure>
  )
}

/** The picture as SVG. */
function draw({ labels, series, shape = 'bars', width = 460, height = 220 }: Picture): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    const hasLegend = series.length > 1
    chart.setOption({
      animation: false,
      textStyle: FONT,
      grid: { left: 8, right: 12, top: hasLegend ? 40 : 16, bottom: 4, outerBoundsMode: 'same' },
      ...(hasLegend && { legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: FONT, silent: true } }),
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
        ...(shape === 'bars'
          ? { type: 'bar', barMaxWidth: 14, barGap: '10%' }
          : { type: 'line', symbol: 'circle', symbolSize: 5, lineStyle: { width: 2.5 } }),
      })),
    })
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}

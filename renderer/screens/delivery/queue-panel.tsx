import type { GatewayStatus } from '../../../shared/status.ts'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatBytes, formatCount, formatDuration, formatMs } from '../../format.ts'
import { deliveryText } from '../../i18n/en-delivery.ts'
import { useConfig } from '../../stores/config-store.ts'
import { hrefOf } from '../../stores/route.ts'
import { Facts } from './facts.tsx'
import { percentWords, queueSentence, secondsToFull, storageWord } from './words.ts'

const text = deliveryText.queue
const marks = [70, 85, 95] as const

export function QueuePanel({ status }: { readonly status: GatewayStatus }) {
  const whenFull = useConfig((c) => c.config?.storage.whenFull)
  const { store } = status
  const { tone, word } = storageWord(store)
  const fullIn = secondsToFull(status)
  return (
    <section className="block" aria-label={text.title}>
      <header className="block-head">
        <h2>{text.title}</h2>
        <StateMark tone={tone}>{word}</StateMark>
        <span className="spacer" />
        <a href={hrefOf('delivery', 'storage')}>{text.change}</a>
      </header>
      <p>{queueSentence(status)}</p>
      <FillMeter store={store} tone={tone} />
      <Facts
        facts={[
          [text.onDisk, formatBytes(store.backlogBytes)],
          [text.used, formatBytes(store.usedBytes)],
          [text.limit, formatBytes(store.limitBytes)],
          [text.fullIn, fullIn === undefined ? text.notFilling : formatDuration(fullIn)],
          store.preallocatedBytes > 0 && [text.preallocated, formatBytes(store.preallocatedBytes)],
          store.retained > 0 && [text.retained, text.retainedValues(formatCount(store.retained))],
          store.salvaging > 0 && [text.salvaging, text.salvagingFiles(formatCount(store.salvaging)), 'warn'],
          [text.commit, `${formatMs(store.commitP50Ms)} / ${formatMs(store.commitP99Ms)}`],
        ]}
      />
      {whenFull ? <p className="muted">{deliveryText.whenFull[whenFull]}</p> : null}
    </section>
  )
}

function FillMeter({ store, tone }: { readonly store: GatewayStatus['store']; readonly tone: Tone }) {
  const percent = percentWords(store.fill)
  const share = Math.min(1, Math.max(0, store.fill))
  return (
    <div className="fill">
      <meter className="visually-hidden" min={0} max={100} value={Math.round(share * 100)} aria-label={text.meter}>
        {text.meterText(percent, formatBytes(store.usedBytes), formatBytes(store.limitBytes))}
      </meter>
      <div className={`fill-bar fill-${tone}`} aria-hidden="true">
        <div className="fill-used" style={{ width: `${share * 100}%` }} />
        {marks.map((mark) => (
          <div key={mark} className="fill-mark" style={{ left: `${mark}%` }} />
        ))}
      </div>
      <div className="fill-scale" aria-hidden="true">
        <span className="fill-now">{`${percent} %`}</span>
        {marks.map((mark) => (
          <span key={mark} className="fill-label" style={{ left: `${mark}%` }} title={text.marks[mark]}>
            {mark}
          </span>
        ))}
      </div>
    </div>
  )
}

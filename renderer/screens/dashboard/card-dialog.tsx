import { Button, Checkbox, CloseButton, Modal, SegmentedControl, TextInput } from '@mantine/core'
import { useDeferredValue, useState } from 'react'
import type { DashboardCard, SeriesItem } from '../../../shared/api/watch-requests.ts'
import { FilterField } from '../../components/filter-field.tsx'
import { dashboardText } from '../../i18n/en-dashboard.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { newCard, putCard } from '../../stores/dashboard-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'

const text = dashboardText.dialog
/** A name has to be typed further when more devices match. */
const devicesShown = 50
const itemLimit = 8

/** `card` undefined = a new one. */
export function CardDialog({
  card,
  onClose,
}: {
  readonly card: DashboardCard | undefined
  readonly onClose: () => void
}) {
  const [draft, setDraft] = useState<DashboardCard>(() => card ?? newCard([], 'trend'))
  const [device, setDevice] = useState(card?.items[0]?.device ?? '')
  const set = (patch: Partial<DashboardCard>): void => setDraft((before) => ({ ...before, ...patch }))
  const toggle = (item: SeriesItem): void => {
    const without = draft.items.filter((one) => !isSame(one, item))
    set({ items: without.length < draft.items.length ? without : [...draft.items, item] })
  }
  const save = (): void => {
    void putCard(draft)
    onClose()
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={card ? text.edit : text.add}
      size={720}
      closeButtonProps={{ 'aria-label': frameText.close }}
    >
      <div className="card-dialog">
        <Devices selected={device} onSelect={setDevice} />
        <Keys device={device} chosen={draft.items} onToggle={toggle} />
        <div className="card-chosen">
          <span className="muted">{text.chosen(draft.items.length)}</span>
          {draft.items.map((item) => (
            <span key={`${item.device} ${item.key}`} className="chip">
              {item.device} {item.key}
              <CloseButton
                size={18}
                aria-label={text.drop(`${item.device} ${item.key}`)}
                onClick={() => toggle(item)}
              />
            </span>
          ))}
        </div>
        <div className="card-options">
          <div>
            <div className="field-label" id="card-kind">
              {text.kind}
            </div>
            <SegmentedControl
              aria-labelledby="card-kind"
              value={draft.kind}
              onChange={(kind) => set(kind === 'value' ? { kind, width: 1 } : { kind: 'trend', width: 2 })}
              data={[
                { value: 'trend', label: text.kinds.trend },
                { value: 'value', label: text.kinds.value },
              ]}
            />
          </div>
          <div>
            <div className="field-label" id="card-width">
              {text.width}
            </div>
            <SegmentedControl
              aria-labelledby="card-width"
              value={String(draft.width)}
              onChange={(width) => set({ width: Number(width) as DashboardCard['width'] })}
              data={([1, 2, 4] as const).map((width) => ({
                value: String(width),
                label: dashboardText.card.widths[width],
              }))}
            />
          </div>
          <TextInput
            label={text.title}
            description={text.titleHint}
            value={draft.title}
            maxLength={120}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
        </div>
      </div>
      <div className="dialog-actions">
        <Button variant="default" onClick={onClose}>
          {frameText.cancel}
        </Button>
        <Button onClick={save} disabled={draft.items.length === 0} data-save>
          {text.save}
        </Button>
      </div>
    </Modal>
  )
}

function Devices({ selected, onSelect }: { readonly selected: string; readonly onSelect: (name: string) => void }) {
  const [filter, setFilter] = useState(selected)
  const asked = useDeferredValue(filter.trim())
  const query = useLiveQuery('devices.page', { offset: 0, limit: devicesShown, filter: asked }, 0)
  const rows = query.value?.rows ?? []
  return (
    <section className="pick-list" aria-label={text.device}>
      <FilterField label={text.devices} value={filter} onChange={setFilter} width="100%" />
      <div className="pick-rows">
        {rows.map((row) => (
          <button
            type="button"
            key={row.name}
            className="pick-row"
            aria-pressed={row.name === selected}
            onClick={() => onSelect(row.name)}
          >
            <span className="ellipsis">{row.name}</span>
          </button>
        ))}
        {query.at > 0 && rows.length === 0 ? <p className="muted">{text.noDevice(asked)}</p> : null}
      </div>
    </section>
  )
}

function Keys(props: {
  readonly device: string
  readonly chosen: readonly SeriesItem[]
  readonly onToggle: (item: SeriesItem) => void
}) {
  const { device, chosen, onToggle } = props
  return (
    <section className="pick-list" aria-label={text.keys}>
      <div className="field-label">{device ? `${text.keys} · ${device}` : text.keys}</div>
      {device ? (
        <KeysOf device={device} chosen={chosen} onToggle={onToggle} />
      ) : (
        <p className="muted">{text.pickDevice}</p>
      )}
    </section>
  )
}

function KeysOf({
  device,
  chosen,
  onToggle,
}: {
  readonly device: string
  readonly chosen: readonly SeriesItem[]
  readonly onToggle: (item: SeriesItem) => void
}) {
  const query = useLiveQuery('device.get', { name: device }, 0)
  const keys = query.value?.keys ?? []
  if (query.at > 0 && keys.length === 0) return <p className="muted">{text.noKeys}</p>
  return (
    <div className="pick-rows">
      {keys.map(({ key }) => {
        const item = { device, key }
        const isChosen = chosen.some((one) => isSame(one, item))
        return (
          <Checkbox
            key={key}
            className="pick-check"
            label={key}
            checked={isChosen}
            disabled={!isChosen && chosen.length >= itemLimit}
            onChange={() => onToggle(item)}
          />
        )
      })}
    </div>
  )
}

function isSame(a: SeriesItem, b: SeriesItem): boolean {
  return a.device === b.device && a.key === b.key
}

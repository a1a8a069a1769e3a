import { Autocomplete, Button, Modal, Radio, TextInput } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { type Column, DataGrid } from '../../../components/data-grid.tsx'
import { Note } from '../../../components/note.tsx'
import { formatCount } from '../../../format.ts'
import { frameText } from '../../../i18n/en-frame.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import type { NodeItem } from '../selection.ts'
import { edit } from './edit.ts'
import { type Found, findVariables } from './find-variables.ts'
import { addKeys, type NewKey } from './mapping-edits.ts'
import { usePane } from './pane-store.ts'
import { type Plan, type Plans, plansFor } from './plans.ts'

const text = mappingText.map
type Choice = 'one' | 'each' | 'rule'

/** The one question after M or a dropped folder, with what each answer makes. */
export function MapDialog() {
  const question = usePane((pane) => pane.question)
  if (!question) return null
  return (
    <Asking key={question.items.map(({ nodeId }) => nodeId).join()} items={question.items} target={question.target} />
  )
}

const close = (): void => usePane.setState({ question: undefined })

function Asking({ items, target }: NonNullable<ReturnType<typeof usePane.getState>['question']>) {
  const config = useDraft((draft) => draft.config)
  const connectorId = items[0]?.connectorId ?? ''
  const connector = config?.connectors.find(({ id }) => id === connectorId)
  const targetName = connector?.type === 'opcua' && target ? connector.devices[target.at]?.name : undefined
  const found = useFound(items)
  const [typedName, setName] = useState(targetName)
  const [typedProfile, setProfile] = useState<string>()
  const [chosen, setChoice] = useState<Choice>()
  const plans = useMemo(
    () => (found && config ? plansFor(config, connectorId, found, typedName) : undefined),
    [found, config, connectorId, typedName],
  )
  const choice: Choice = chosen ?? (plans?.one.keys === 0 && plans.rule ? 'rule' : 'one')
  const plan = choice === 'each' ? plans?.each : plans?.one
  const devices = connector?.type === 'opcua' ? connector.devices.slice(0, 200).map(({ name }) => name) : []
  const profile = typedProfile ?? plan?.devices[0]?.profile ?? 'default'

  const accept = async (): Promise<void> => {
    if (choice === 'rule' && plans?.rule) {
      usePane.setState({
        question: undefined,
        tab: 'rules',
        edited: { kind: 'opcua', connectorId, place: -1, rule: plans.rule },
        isDirty: true,
      })
      return
    }
    if (!plan || plan.keys === 0) return
    close()
    await addPlan(connectorId, plan, typedProfile)
  }
  const isReady = plans !== undefined && (choice === 'rule' ? plans.rule !== undefined : (plan?.keys ?? 0) > 0)

  return (
    <Modal
      opened
      onClose={close}
      size={760}
      title={text.title(items[0]?.name ?? '', items.length)}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'map-dialog' }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void accept()
        }}
      >
        {found && plans ? (
          <>
            <Choices plans={plans} choice={choice} onChoice={setChoice} found={found} />
            {choice === 'rule' ? null : (
              <div className="map-fields">
                {choice === 'one' ? (
                  <Autocomplete
                    label={text.device}
                    description={text.deviceHint}
                    data={devices}
                    value={typedName ?? plans.one.devices[0]?.name ?? ''}
                    onChange={setName}
                  />
                ) : null}
                <TextInput label={text.profile} value={profile} onChange={(e) => setProfile(e.currentTarget.value)} />
              </div>
            )}
            {choice === 'rule' ? null : <Preview plan={plan} found={found} />}
          </>
        ) : (
          <Note tone="busy" role="status">
            {text.looking}
          </Note>
        )}
        <div className="dialog-actions">
          <Button variant="default" onClick={close}>
            {frameText.cancel}
          </Button>
          <Button type="submit" disabled={!isReady}>
            {choice === 'rule' ? text.addRule : text.add(plan?.keys ?? 0, plan?.devices.length ?? 0)}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Given a profile, all get it; else each has the one its type suggests. */
async function addPlan(connectorId: string, plan: Plan, profile: string | undefined): Promise<void> {
  const [first] = plan.devices
  const label =
    plan.devices.length === 1
      ? mappingText.labels.map(plan.keys, first?.name ?? '')
      : mappingText.labels.mapMany(plan.keys, plan.devices.length)
  const byProfile = Map.groupBy(plan.devices, (device) => profile ?? device.profile)
  await edit(label, (config) => {
    let next = config
    for (const [name, devices] of byProfile)
      next = addKeys(
        next,
        connectorId,
        devices.flatMap((device) => device.keys),
        name,
      )
    return next
  })
}

function Choices(props: {
  readonly plans: Plans
  readonly found: readonly Found[]
  readonly choice: Choice
  readonly onChoice: (choice: Choice) => void
}) {
  const { plans, choice, onChoice } = props
  const { one, each, rule } = plans
  const path = rule && 'path' in rule.select ? rule.select.path : (rule?.name ?? '')
  const box = useRef<HTMLDivElement>(null)
  // What was asked for by keyboard is chosen by keyboard: arrows, then Enter. The answers come after the dialog.
  useEffect(() => box.current?.querySelector<HTMLInputElement>('input:checked')?.focus(), [])
  return (
    <Radio.Group
      ref={box}
      label={text.question}
      value={choice}
      onChange={(value) => onChoice(value === 'each' || value === 'rule' ? value : 'one')}
    >
      <div className="map-choices">
        <Radio
          value="one"
          label={text.choices.one}
          description={text.hints.one(one.devices[0]?.name ?? '', one.keys)}
        />
        {each ? (
          <Radio value="each" label={text.choices.each} description={text.hints.each(each.devices.length, each.keys)} />
        ) : null}
        {rule ? <Radio value="rule" label={text.choices.rule} description={text.hints.rule(path)} /> : null}
      </div>
    </Radio.Group>
  )
}

function Preview({ plan, found }: { readonly plan: Plan | undefined; readonly found: readonly Found[] }) {
  const rows = useMemo(() => plan?.devices.flatMap(({ keys }) => keys) ?? [], [plan])
  const isCut = found.some((one) => one.isCut)
  const variables = found.reduce((sum, one) => sum + one.variables.length, 0)
  return (
    <section aria-label={text.preview}>
      {plan && plan.existing > 0 && plan.keys > 0 ? <Note tone="off">{text.existing(plan.existing)}</Note> : null}
      {plan && plan.renamed > 0 ? <Note tone="off">{text.renamed(plan.renamed)}</Note> : null}
      {isCut ? <Note tone="warn">{text.cut(formatCount(variables))}</Note> : null}
      {rows.length === 0 ? (
        <Note tone="warn">{variables === 0 ? text.nothing : text.nodesAlready}</Note>
      ) : (
        <div className="map-preview">
          <DataGrid label={text.preview} columns={columns} total={rows.length} rowAt={(row) => rows[row]} />
        </div>
      )}
    </section>
  )
}

const columns: readonly Column<NewKey>[] = [
  {
    id: 'device',
    title: text.columns.device,
    width: 'minmax(120px, 1fr)',
    cell: (row) => <strong className="device-name">{row.device}</strong>,
  },
  { id: 'key', title: text.columns.key, width: 'minmax(120px, 1fr)', cell: (row) => row.key },
  {
    id: 'node',
    title: text.columns.node,
    width: 'minmax(160px, 2fr)',
    cell: (row) => (
      <span className="muted tail mono" title={row.node}>
        <bdi>{row.node}</bdi>
      </span>
    ),
  },
]

function useFound(items: readonly NodeItem[]): readonly Found[] | undefined {
  const [found, setFound] = useState<readonly Found[]>()
  useEffect(() => {
    let isCurrent = true
    void findVariables(items).then((all) => {
      if (isCurrent) setFound(all)
    })
    return () => {
      isCurrent = false
    }
  }, [items])
  return found
}

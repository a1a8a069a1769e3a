import { useEffect, useState } from 'react'
import type { NodeDetails } from '../../../../shared/api/opcua-requests.ts'
import { request } from '../../../api/client.ts'
import { StateMark } from '../../../components/state-mark.tsx'
import { formatCount, formatMomentMs, noValue } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { qualityTone } from '../../nodes/node-attributes.tsx'
import type { NodeItem } from '../selection.ts'
import type { SourceSession } from '../source-pane/source-session.ts'
import { useValue, ValueText } from './live-value.tsx'

const text = workbenchText.inspector

interface Props {
  readonly session: SourceSession
  readonly item: NodeItem
  readonly details: NodeDetails
  readonly isVariable: boolean
}

/** The value now, large, with what makes it readable: unit, range, quality, time. */
export function NodeValue(props: Props) {
  return props.isVariable ? <VariableValue {...props} /> : <Below {...props} />
}

function VariableValue({ session, item, details }: Props) {
  const value = useValue(session, item.nodeId)
  const { unit, range } = useUnits(session, details)
  const attribute = (name: string): string => details.attributes.find((a) => a.name === name)?.value ?? ''
  const access = attribute('UserAccessLevel') || attribute('AccessLevel')
  return (
    <div className="node-value">
      <p className="value-now">
        <ValueText session={session} valueKey={item.nodeId} className="value-large mono" />
        {unit ? <span className="value-unit">{unit}</span> : null}
      </p>
      <dl className="facts">
        <Fact name={text.facts.quality}>
          {value.status === '' ? noValue : <StateMark tone={qualityTone(value.status)}>{value.status}</StateMark>}
        </Fact>
        <Fact name={text.facts.source}>{value.ts > 0 ? formatMomentMs(value.ts) : noValue}</Fact>
        <Fact name={text.facts.type}>{attribute('DataType') || value.type}</Fact>
        <Fact name={text.facts.access}>
          {[access, attribute('Historizing') === 'true' ? text.historizing : ''].filter(Boolean).join(', ') || noValue}
        </Fact>
        {range ? <Fact name={text.facts.range}>{`${range}${unit ? ` ${unit}` : ''}`}</Fact> : null}
        {attribute('Description') ? <Fact name="">{attribute('Description')}</Fact> : null}
      </dl>
    </div>
  )
}

function Below({ session, item, details }: Props) {
  const { model } = session.tree
  const row = model.rowOf(item.nodeId)
  const description = details.attributes.find((a) => a.name === 'Description')?.value ?? ''
  return (
    <div className="node-value">
      <p className="muted">{text.notVariable(details.attributes.find((a) => a.name === 'NodeClass')?.value ?? '')}</p>
      {description ? <p>{description}</p> : null}
      <dl className="facts">
        {item.typeName ? <Fact name={text.facts.type}>{item.typeName}</Fact> : null}
        {row >= 0 ? <Fact name={text.facts.children}>{formatCount(model.childCount(row))}</Fact> : null}
      </dl>
    </div>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** EngineeringUnits and EURange of an analog item (Part 8, 5.3.2), read once. */
function useUnits(session: SourceSession, details: NodeDetails): { readonly unit: string; readonly range: string } {
  const nodeOf = (name: string): string | undefined =>
    details.references.find((r) => r.direction === 'forward' && r.name === name)?.nodeId
  const unitsNode = nodeOf('EngineeringUnits')
  const rangeNode = nodeOf('EURange')
  const [found, setFound] = useState({ unit: '', range: '' })
  useEffect(() => {
    let isGone = false
    setFound({ unit: '', range: '' })
    const nodeIds = [unitsNode, rangeNode].filter((node) => node !== undefined)
    if (nodeIds.length === 0) return
    void request('opcua.read', { target: { connectorId: session.id }, nodeIds }).then((result) => {
      if (!result.ok || isGone) return
      const textOf = (node: string | undefined): string =>
        node === undefined ? '' : (result.value.values[nodeIds.indexOf(node)]?.value ?? '')
      setFound({ unit: unitIn(textOf(unitsNode)), range: rangeIn(textOf(rangeNode)) })
    })
    return () => {
      isGone = true
    }
  }, [session, unitsNode, rangeNode])
  return found
}

/** EUInformation (Part 8, 5.6.4.3): its short name is what people read. */
function unitIn(text: string): string {
  const name = memberOf(text, 'displayName')
  return typeof name === 'string' ? name : typeof name === 'object' && name ? String(Object(name)['text'] ?? '') : ''
}

function rangeIn(text: string): string {
  const [low, high] = [memberOf(text, 'low'), memberOf(text, 'high')]
  return typeof low === 'number' && typeof high === 'number' ? `${low}–${high}` : ''
}

function memberOf(text: string, name: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null) return undefined
    return Object.entries(parsed).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
  } catch {
    return undefined
  }
}

import { ActionIcon, Menu, Select } from '@mantine/core'
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconFilter,
  IconFilterFilled,
  IconFocus2,
  IconPlayerPause,
  IconPlayerPlay,
} from '@tabler/icons-react'
import { type ReactNode, useState, useSyncExternalStore } from 'react'
import { FilterField } from '../../../components/filter-field.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { isNodeAddress } from '../../nodes/node-address.ts'
import type { NodeItem } from '../selection.ts'
import { findNode } from './find-node.ts'
import { GoToNode } from './go-to-node.tsx'
import type { ClassFilter, MappedFilter, SearchQuery } from './search-core.ts'
import type { SourceSession } from './source-session.ts'

const text = workbenchText.tools
const words = workbenchText.filters

type Filter = Omit<SearchQuery, 'text'>

interface Props {
  readonly session: SourceSession
  readonly typed: string
  readonly onType: (text: string) => void
  readonly filter: Filter
  readonly isFiltered: boolean
  /** undefined = no filter. */
  readonly onFilter: (change: Partial<Filter> | undefined) => void
  readonly onReveal: (row: number) => void
  /** A node the tree does not lead to. */
  readonly onLook: (item: NodeItem) => void
}

/** Find, filter, go to; open and close everything; hold the values. */
export function BrowserTools(props: Props) {
  const { session } = props
  const { tree, values } = session
  const [isGoing, setGoing] = useState(false)
  useSyncExternalStore(values.subscribe, values.version)
  return (
    <div className="source-tools">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit(props)
        }}
      >
        <FilterField
          label={session.kind === 'opcua' ? text.search : text.searchTopics}
          value={props.typed}
          width="100%"
          onChange={props.onType}
        />
      </form>
      <div className="source-buttons-row">
        <FilterMenu {...props} />
        {session.kind === 'opcua' ? (
          <Tool
            label={text.goTo}
            data-go-to
            onClick={() => setGoing(true)}
            icon={<IconFocus2 size={16} stroke={1.7} />}
          />
        ) : null}
        <Tool
          label={text.expandAll}
          onClick={() => tree.expandAll()}
          icon={<IconArrowsMaximize size={16} stroke={1.7} />}
        />
        <Tool
          label={text.collapseAll}
          onClick={() => tree.collapseAll()}
          icon={<IconArrowsMinimize size={16} stroke={1.7} />}
        />
        <Tool
          label={values.isPaused ? text.resume : text.pause}
          data-pause
          pressed={values.isPaused}
          onClick={() => values.pause(!values.isPaused)}
          icon={
            values.isPaused ? <IconPlayerPlay size={16} stroke={1.7} /> : <IconPlayerPause size={16} stroke={1.7} />
          }
        />
      </div>
      {isGoing ? (
        <GoToNode session={session} onReveal={props.onReveal} onLook={props.onLook} onClose={() => setGoing(false)} />
      ) : null}
    </div>
  )
}

/** Enter goes to a typed address, else into what was found. */
async function submit({ session, typed, onReveal, onLook }: Props): Promise<void> {
  const address = typed.trim()
  if (session.kind === 'opcua' && isNodeAddress(address)) {
    const found = await findNode(session, address)
    if (found.at === 'tree') onReveal(found.row)
    else if (found.at === 'server') onLook(found.item)
  } else document.querySelector<HTMLElement>('.results .wtree')?.focus()
}

function Tool({
  label,
  icon,
  onClick,
  pressed,
  ...data
}: {
  readonly label: string
  readonly icon: ReactNode
  readonly onClick: () => void
  readonly pressed?: boolean
  readonly 'data-go-to'?: boolean
  readonly 'data-pause'?: boolean
}) {
  return (
    <ActionIcon
      variant={pressed ? 'light' : 'subtle'}
      color={pressed ? 'petrol' : 'gray'}
      size={26}
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={onClick}
      {...data}
    >
      {icon}
    </ActionIcon>
  )
}

function FilterMenu({ session, filter, isFiltered, onFilter }: Props) {
  const classes = session.kind === 'opcua' ? words.classes : words.topicClasses
  const { typeNames } = session.tree.model
  const types = typeNames
    .map((name, type) => ({ value: String(type), label: name }))
    .filter(({ label }) => label !== '')
    .sort((a, b) => a.label.localeCompare(b.label))
  return (
    <Menu position="bottom-start" closeOnItemClick={false} withinPortal trapFocus>
      <Menu.Target>
        <ActionIcon
          variant={isFiltered ? 'light' : 'subtle'}
          color={isFiltered ? 'petrol' : 'gray'}
          size={26}
          aria-label={isFiltered ? text.filterActive : text.filter}
          title={isFiltered ? text.filterActive : text.filter}
        >
          {isFiltered ? <IconFilterFilled size={16} /> : <IconFilter size={16} stroke={1.7} />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className="filter-menu" aria-label={words.title}>
        <Select
          label={words.nodeClass}
          value={filter.nodeClass}
          data={(Object.keys(classes) as ClassFilter[])
            .filter((name) => session.kind === 'opcua' || name !== 'methods')
            .map((name) => ({ value: name, label: classes[name] }))}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) => value && onFilter({ nodeClass: value as ClassFilter })}
        />
        <Select
          label={words.type}
          value={String(filter.type)}
          searchable
          data={[{ value: '-1', label: words.anyType }, ...types]}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) => value && onFilter({ type: Number(value) })}
        />
        <Select
          label={words.mapped}
          value={filter.mapped}
          data={(Object.keys(words.mappings) as MappedFilter[]).map((name) => ({
            value: name,
            label: words.mappings[name],
          }))}
          comboboxProps={{ withinPortal: false }}
          onChange={(value) => value && onFilter({ mapped: value as MappedFilter })}
        />
        <Menu.Item closeMenuOnClick onClick={() => onFilter(undefined)}>
          {words.clear}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

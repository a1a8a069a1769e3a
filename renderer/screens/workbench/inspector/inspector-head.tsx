import { CopyButton } from '@mantine/core'
import {
  IconArrowLeft,
  IconArrowRight,
  IconCopy,
  IconEye,
  IconListTree,
  IconRefresh,
  IconStar,
  IconStarFilled,
} from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { IconAction } from '../../../components/icon-action.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { keyOf, showInTree, useView } from '../commands.ts'
import type { SourceItem } from '../selection.ts'
import { favourites } from '../source-pane/favourites.ts'
import { step, useVisits } from '../visits.ts'
import { watchList } from '../watch/watch-list.ts'

const text = workbenchText.inspector

/** What it is, where it is, and what can be done with it in any tab. */
export function InspectorHead(props: {
  readonly item: SourceItem
  readonly title: string
  readonly kind: string
  readonly address: string
  readonly path: string
  readonly hasValue: boolean
  readonly reread: (() => void) | undefined
}) {
  const { item, address, path, reread } = props
  const { steps, at } = useVisits()
  const key = keyOf(item)
  const favourite = useSyncExternalStore(favourites.subscribe, () => favourites.of(item.connectorId).has(key))
  const isNode = item.kind === 'node'
  return (
    <header className="inspector-head">
      <div className="inspector-title">
        <IconAction label={text.back} disabled={at <= 0} onClick={() => step(-1)} icon={<IconArrowLeft size={15} />} />
        <IconAction
          label={text.forward}
          disabled={at >= steps.length - 1}
          onClick={() => step(1)}
          icon={<IconArrowRight size={15} />}
        />
        <h2 translate="no" className="ellipsis" title={props.title}>
          {props.title}
        </h2>
        <span translate="no" className="muted inspector-kind">
          {props.kind}
        </span>
      </div>
      <div className="inspector-address">
        <span className="mono tail" title={address}>
          <bdi>{address}</bdi>
        </span>
        <CopyButton value={address}>
          {({ copied, copy }) => (
            <IconAction
              label={copied ? text.copied : isNode ? text.copy : text.copyTopic}
              onClick={copy}
              icon={<IconCopy size={14} />}
            />
          )}
        </CopyButton>
      </div>
      <div className="inspector-address">
        <span className="muted tail" title={path}>
          <bdi>{path}</bdi>
        </span>
        {props.hasValue ? (
          <IconAction
            label={text.watch}
            onClick={() => {
              watchList.add(item.connectorId, [key])
              useView.setState({ bottomTab: 'watch', isBottomOpen: true })
            }}
            icon={<IconEye size={15} />}
          />
        ) : null}
        <IconAction
          label={favourite ? text.unfavour : text.favour}
          onClick={() => favourites.toggle(item.connectorId, key)}
          icon={favourite ? <IconStarFilled size={14} /> : <IconStar size={14} />}
        />
        <IconAction
          label={text.show}
          onClick={() => showInTree(item.connectorId, key, path)}
          icon={<IconListTree size={15} />}
        />
        {reread ? <IconAction label={text.reread} onClick={reread} icon={<IconRefresh size={15} />} /> : null}
      </div>
    </header>
  )
}

import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import type { ConfigChange } from '../../../shared/api/draft-requests.ts'
import { request } from '../../api/client.ts'
import { draftText } from '../../i18n/en-draft.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { useConfig } from '../../stores/config-store.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { navigate } from '../../stores/route.ts'
import { duplicateSource } from '../../stores/source-drafts.ts'
import { removeSource, revertSource, setSourceEnabled } from './save-source.ts'

const text = sourcesText.actions

interface Props {
  readonly id: string
  readonly name: string
  readonly mark: ConfigChange['kind'] | undefined
}

/** Everything but "Try now" is an edit of the draft: it asks nothing, for it can be undone and runs only once applied. */
export function SourceMenu({ id, name, mark }: Props) {
  const inDraft = useDraft((d) => d.config?.connectors.find((connector) => connector.id === id))
  const runs = useConfig((c) => c.config?.connectors.some((connector) => connector.id === id && connector.enabled))
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon className="source-more" variant="subtle" color="gray" size={26} aria-label={text.more(name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {runs ? (
          <Menu.Item onClick={() => void request('connector.retry', { connectorId: id })}>{text.retry}</Menu.Item>
        ) : null}
        {inDraft ? (
          <>
            <Menu.Item onClick={() => navigate('sources', duplicateSource(inDraft, text.copyOf(inDraft.name)))}>
              {text.duplicate}
            </Menu.Item>
            <Menu.Item onClick={() => void setSourceEnabled(id, !inDraft.enabled)}>
              {inDraft.enabled ? text.disable : text.enable}
            </Menu.Item>
          </>
        ) : null}
        {mark === 'changed' || mark === 'removed' ? (
          <Menu.Item onClick={() => void revertSource(id)}>
            {mark === 'removed' ? draftText.keepIt : draftText.takeBack}
          </Menu.Item>
        ) : null}
        {mark === 'removed' ? null : (
          <Menu.Item color="red" onClick={() => void removeSource(id)}>
            {text.remove}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

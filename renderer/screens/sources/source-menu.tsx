import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { request } from '../../api/client.ts'
import { Confirm } from '../../components/confirm.tsx'
import { sourcesText } from '../../i18n/en-sources.ts'
import { useConfig } from '../../stores/config-store.ts'
import { navigate } from '../../stores/route.ts'
import { duplicateSource } from '../../stores/source-drafts.ts'
import { removeSource, setSourceEnabled } from './save-source.ts'

const text = sourcesText.actions

export function SourceMenu({ id, name }: { readonly id: string; readonly name: string }) {
  const saved = useConfig((c) => c.config?.connectors.find((connector) => connector.id === id))
  const [removing, setRemoving] = useState(false)
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon className="source-more" variant="subtle" color="gray" size={26} aria-label={text.more(name)}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {saved?.enabled ? (
            <Menu.Item onClick={() => void request('connector.retry', { connectorId: id })}>{text.retry}</Menu.Item>
          ) : null}
          {saved ? (
            <>
              <Menu.Item onClick={() => navigate('sources', duplicateSource(saved, text.copyOf(saved.name)))}>
                {text.duplicate}
              </Menu.Item>
              <Menu.Item onClick={() => void setSourceEnabled(id, !saved.enabled)}>
                {saved.enabled ? text.disable : text.enable}
              </Menu.Item>
            </>
          ) : null}
          <Menu.Item color="red" onClick={() => setRemoving(true)}>
            {text.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={removing}
        title={text.removeTitle(name)}
        action={text.removeButton}
        onCancel={() => setRemoving(false)}
        onConfirm={() => {
          setRemoving(false)
          navigate('sources')
          void removeSource(id)
        }}
      >
        {text.removeBody}
      </Confirm>
    </>
  )
}

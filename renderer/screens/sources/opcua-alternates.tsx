import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { TextField } from '../../forms/fields.tsx'
import { opcuaText } from '../../i18n/en-opcua.ts'
import type { PartProps } from './opcua-part.ts'

const words = opcuaText.alternates
/** Bound of the configuration schema. */
const alternatesLimit = 10

export function AlternateFields({ draft, problems, set }: PartProps) {
  const alternates = draft.alternates ?? []
  const put = (at: number, url: string): void => set({ alternates: alternates.map((old, i) => (i === at ? url : old)) })
  return (
    <>
      <div className="section-head">
        <h3>{words.title}</h3>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={alternates.length >= alternatesLimit}
          onClick={() => set({ alternates: [...alternates, ''] })}
        >
          {words.add}
        </Button>
      </div>
      <p className="muted">{words.hint}</p>
      {alternates.map((url, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an address has no identity but its place in the list.
        <div key={at} className="field-with-button">
          <TextField
            label={words.field(at + 1)}
            mono
            placeholder="opc.tcp://standby:4840"
            value={url}
            error={problems.get(`alternates[${at}]`)}
            onChange={(next) => put(at, next.trim())}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={words.remove(at + 1)}
            onClick={() => set({ alternates: alternates.filter((_url, i) => i !== at) })}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
    </>
  )
}

import { Button } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { paletteText as text } from '../i18n/en-palette.ts'
import { keyNames } from '../i18n/key-names.ts'
import { openOverlay } from '../stores/overlays.ts'

export function PaletteButton() {
  return (
    <Button
      className="palette-button"
      variant="default"
      leftSection={<IconSearch size={14} aria-hidden="true" />}
      rightSection={<kbd className="palette-keys">{keyNames('Ctrl+K')}</kbd>}
      aria-keyshortcuts="Control+K"
      onClick={() => openOverlay('palette')}
    >
      {text.button}
    </Button>
  )
}

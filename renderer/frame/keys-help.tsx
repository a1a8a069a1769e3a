import { Modal } from '@mantine/core'
import { keyHelp, frameText as text } from '../i18n/en-frame.ts'

export function KeysHelp({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={text.keysTitle}
      size={640}
      closeButtonProps={{ 'aria-label': text.close }}
    >
      <table className="keys-table">
        <tbody>
          {keyHelp.map((entry) => (
            <tr key={entry.does}>
              <td>
                {entry.keys.map((key) => (
                  <kbd key={key} className="kbd">
                    {key}
                  </kbd>
                ))}
              </td>
              <td>{entry.does}</td>
              <td className="muted">{entry.where}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Modal>
  )
}

import { Modal } from '@mantine/core'
import { type KeyboardEvent, useDeferredValue, useId, useMemo, useRef, useState } from 'react'
import { frameText } from '../i18n/en-frame.ts'
import { paletteText as text } from '../i18n/en-palette.ts'
import { keyNames } from '../i18n/key-names.ts'
import { closeOverlay } from '../stores/overlays.ts'
import type { Entry } from './palette-entries.ts'
import { bestMatches } from './palette-match.ts'
import { usePaletteEntries } from './use-palette-entries.ts'

/** What can be read at a glance and is quick to draw; more letters narrow it. */
const resultLimit = 50

/** Everything by its name: screens, commands, sources, devices, keys, NodeIds. Combobox with a list box (ARIA). */
export function Palette() {
  const [query, setQuery] = useState('')
  // Letters appear at once; what they find may come a frame later.
  const asked = useDeferredValue(query)
  const entries = usePaletteEntries(asked)
  const { shown, isCut } = useMemo(() => bestMatches(entries, asked, resultLimit), [entries, asked])
  const [active, setActive] = useState(0)
  const at = Math.min(active, shown.length - 1)
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  const run = (entry: Entry | undefined): void => {
    if (!entry) return
    closeOverlay()
    entry.run()
  }
  const move = (to: number): void => {
    setActive(to)
    list.current?.children[to]?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => move(at + 1 >= shown.length ? 0 : at + 1),
      ArrowUp: () => move(at <= 0 ? shown.length - 1 : at - 1),
      PageDown: () => move(Math.min(shown.length - 1, at + 10)),
      PageUp: () => move(Math.max(0, at - 10)),
      // What was typed last counts, also when its results are not drawn yet.
      Enter: () => run(asked === query ? shown[at] : bestMatches(entries, query, 1).shown[0]),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  return (
    <Modal
      opened
      onClose={closeOverlay}
      title={text.title}
      centered={false}
      size={620}
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ content: 'palette-content', body: 'palette', header: 'palette-head' }}
    >
      <input
        ref={takeFocus}
        data-autofocus
        className="palette-field"
        type="text"
        role="combobox"
        aria-label={text.field}
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
        placeholder={text.field}
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value)
          setActive(0)
          list.current?.scrollTo(0, 0)
        }}
        onKeyDown={onKeyDown}
      />
      {/* The field keeps the focus and names the active option. */}
      <div ref={list} id={id} className="palette-list" role="listbox" aria-label={text.results}>
        {shown.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field, which keeps the focus.
          // biome-ignore lint/a11y/useFocusableInteractive: see above.
          <div
            key={entry.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            className="palette-row"
            onClick={() => run(entry)}
            onMouseMove={() => setActive(index)}
          >
            <span className="palette-name ellipsis">{entry.name}</span>
            {entry.more ? <span className="palette-more ellipsis">{entry.more}</span> : null}
            {entry.keys ? <kbd className="kbd">{keyNames(entry.keys)}</kbd> : null}
            <span className="palette-kind">{text.kinds[entry.kind]}</span>
          </div>
        ))}
      </div>
      {shown.length === 0 ? (
        <p className="palette-nothing">
          <strong>{text.nothing}</strong>
          <br />
          {text.nothingHint}
        </p>
      ) : null}
      <footer className="palette-foot">
        <span role="status">{isCut ? text.cut(shown.length) : text.count(shown.length)}</span>
        <span className="spacer" />
        <span>
          <kbd className="kbd">↑</kbd> <kbd className="kbd">↓</kbd> {text.how}
        </span>
        <span>
          <kbd className="kbd">Enter</kbd> {text.run}
        </span>
        <span>
          <kbd className="kbd">Esc</kbd> {text.close}
        </span>
      </footer>
    </Modal>
  )
}

/** At once: the dialog's own way takes a frame or two, in which the first letters of a quick typist would be lost. */
function takeFocus(field: HTMLInputElement | null): void {
  field?.focus()
}

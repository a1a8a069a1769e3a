import { json } from '@codemirror/lang-json'
import { syntaxTree } from '@codemirror/language'
import { MergeView } from '@codemirror/merge'
import { EditorState, type Extension, RangeSetBuilder } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, lineNumbers, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { draftText } from '../../i18n/en-draft.ts'

const text = draftText.panel

interface Props {
  readonly before: string
  readonly after: string
  readonly beforeName: string
  readonly afterName: string
}

/** A comparison that is exact up to here and quick beyond it: a diff of 10,000 devices must not hold the window. */
const precision = { scanLimit: 2000, timeout: 1500 }
/** Lines of context around a change; longer equal stretches are folded. */
const folding = { margin: 3, minSize: 8 }

/** Two documents side by side, equal parts folded. Loaded only when somebody looks. */
export function JsonDiff({ before, after, beforeName, afterName }: Props) {
  const box = useRef<HTMLElement>(null)
  const isDark = useComputedColorScheme() === 'dark'
  useEffect(() => {
    const parent = box.current
    if (!parent) return
    const view = new MergeView({
      a: { doc: before, extensions: reader(isDark, beforeName) },
      b: { doc: after, extensions: reader(isDark, afterName) },
      parent,
      collapseUnchanged: folding,
      diffConfig: precision,
      highlightChanges: true,
      gutter: true,
    })
    return () => view.destroy()
  }, [before, after, beforeName, afterName, isDark])
  return (
    <section className="json-diff" aria-label={text.json}>
      <header>
        <h3>{beforeName}</h3>
        <h3>{afterName}</h3>
      </header>
      {before === after ? <p className="muted">{text.diffEqual}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1). */}
      <section ref={box} className="json-diff-box" tabIndex={0} aria-label={text.diff} />
    </section>
  )
}

function reader(isDark: boolean, label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.contentAttributes.of({ 'aria-label': label }),
    EditorState.phrases.of({ '$ unchanged lines': text.diffFolded(0).replace('0', '$') }),
    lineNumbers(),
    json(),
    inks,
    EditorView.theme({}, { dark: isDark }),
  ]
}

/** Our own inks by the names of the JSON grammar, so that both themes keep their contrast (styles/review.css). */
const inkOf: Readonly<Record<string, Decoration>> = {
  PropertyName: Decoration.mark({ class: 'json-name' }),
  String: Decoration.mark({ class: 'json-text' }),
  Number: Decoration.mark({ class: 'json-number' }),
  True: Decoration.mark({ class: 'json-number' }),
  False: Decoration.mark({ class: 'json-number' }),
  Null: Decoration.mark({ class: 'json-number' }),
}

class Inks {
  decorations: DecorationSet

  constructor(view: EditorView) {
    this.decorations = inksOf(view)
  }

  update(update: ViewUpdate): void {
    const isParsedFurther = syntaxTree(update.startState) !== syntaxTree(update.state)
    if (update.docChanged || update.viewportChanged || isParsedFurther) this.decorations = inksOf(update.view)
  }
}

const inks = ViewPlugin.fromClass(Inks, { decorations: (plugin) => plugin.decorations })

function inksOf(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: (node) => {
        const ink = inkOf[node.name]
        if (ink) builder.add(node.from, node.to, ink)
      },
    })
  }
  return builder.finish()
}

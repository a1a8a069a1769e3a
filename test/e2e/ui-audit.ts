import type { Page } from 'playwright'

// Looks at everything that is on screen now, as a reader does who knows that no label may be cut and no word hard-coded.

/** What carries words of the UI rather than values of the plant. */
const chrome = [
  'button',
  '[role=button]',
  '[role=tab]',
  '[role=columnheader]',
  '[role=menuitem]',
  'th',
  'label',
  'legend',
  'dt',
  'h1',
  'h2',
  'h3',
  '.rail-label',
  '.mantine-Button-label',
  '.mantine-Tabs-tabLabel',
  '.mantine-SegmentedControl-label',
  '.mantine-InputWrapper-description',
  '.pill',
  '.pill-part',
  '.status-bar',
  '.top-bar',
  '.settings-nav a',
  '.rail-item',
  '.panel-head',
  '.row-gap',
  '.section-head',
  '.mantine-Tabs-list',
].join(', ')

/** Where the engine speaks. */
const engineSentences = [
  '.test-detail',
  '.test-hint',
  '.check-detail',
  '.trace-cause',
  '.trace-hint',
  '.note div',
].join(', ')

/**
 * Chrome elements that are cut or stick out of their box, each with its text and by how much. `strict` = column heads too may
 * not end in an ellipsis, though their title tells the rest.
 */
export function clippedWords(page: Page, { strict }: { readonly strict: boolean }): Promise<string[]> {
  return page.evaluate(
    ([selector, isStrict]) => {
      const found: string[] = []
      for (const element of document.querySelectorAll<HTMLElement>(selector)) {
        const box = element.getBoundingClientRect()
        // Width 1: for screen readers only. Inline: it has no box of its own, its parent is looked at.
        if (box.width <= 1 || box.height <= 1 || element.clientWidth === 0) continue
        if (element.closest('.visually-hidden, [aria-hidden=true], .mantine-VisuallyHidden-root')) continue
        const over = element.scrollWidth - element.clientWidth
        if (over <= 1) continue
        const ellipsizes = getComputedStyle(element).textOverflow === 'ellipsis'
        const mayBeCut = !(isStrict && element.matches('[role=columnheader]'))
        if (mayBeCut && ellipsizes && element.closest('[title], [aria-haspopup=menu]')) continue
        const name = `${element.tagName.toLowerCase()}.${[...element.classList].filter((c) => !c.startsWith('m_')).join('.')}`
        found.push(`+${over}px ${name} “${(element.textContent ?? '').trim().slice(0, 60)}”`)
      }
      const page = document.scrollingElement
      if (page && page.scrollWidth > page.clientWidth + 1) {
        const wide = [...document.querySelectorAll('body *')].filter(
          (e) => e.getBoundingClientRect().right > innerWidth + 1,
        )
        const names = wide.slice(0, 4).map((e) => `${e.tagName.toLowerCase()}.${[...e.classList].join('.')}`)
        found.push(`+${page.scrollWidth - page.clientWidth}px the page: ${names.join(' ')}`)
      }
      return [...new Set(found)]
    },
    [chrome, strict] as const,
  )
}

/** Chrome texts, hints and placeholders without the marks of the pseudo-locale: no translator ever saw them. */
export function unmarkedWords(page: Page, data: readonly string[]): Promise<string[]> {
  return page.evaluate(
    ([selector, sentences, known]) => {
      const found: string[] = []
      const isWords = (text: string): boolean => {
        // Numbers with their units, and single letters.
        const rest = text.replace(/[\d.,:;·/%+−–<>≥#()\s-]+/g, ' ').replace(/\b(B|kB|MB|GB|TB|v)\b/g, ' ')
        return /\p{L}{2}/u.test(rest) && !known.some((name) => text.includes(name))
      }
      for (const element of document.querySelectorAll<HTMLElement>(`${selector}, ${sentences}, p, a, .muted, .empty`)) {
        if (element.getClientRects().length === 0) continue
        if (element.closest('[role=gridcell], [role=treeitem], .kbd, kbd, .mono, td, [lang=en], [translate=no]'))
          continue
        const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)
        const text = own
          .map((node) => node.textContent ?? '')
          .join(' ')
          .trim()
        if (isWords(text) && !text.includes('⟦')) found.push(`${element.tagName.toLowerCase()}: ${text.slice(0, 80)}`)
      }
      for (const element of document.querySelectorAll<HTMLElement>('[aria-label], [title], [placeholder]')) {
        if (
          element.closest('[role=gridcell], [role=treeitem], td, [lang=en], [translate=no], [aria-hidden=true], .pill')
        )
          continue
        for (const name of ['aria-label', 'title', 'placeholder']) {
          const text = element.getAttribute(name) ?? ''
          if (isWords(text) && !text.includes('⟦')) found.push(`${name}: ${text.slice(0, 80)}`)
        }
      }
      return [...new Set(found)]
    },
    [chrome, engineSentences, data] as const,
  )
}

import { MantineProvider } from '@mantine/core'
import { createElement, type ReactNode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { IndexFeed } from '../../renderer/screens/workbench/source-pane/index-feed.ts'
import { SearchClient } from '../../renderer/screens/workbench/source-pane/search-client.ts'
import { SourceBrowser } from '../../renderer/screens/workbench/source-pane/source-browser.tsx'
import type { SourceSession } from '../../renderer/screens/workbench/source-pane/source-session.ts'
import { SourceTree } from '../../renderer/screens/workbench/source-pane/source-tree.ts'
import { ValueFeed } from '../../renderer/screens/workbench/values/value-feed.ts'
import { quality, ValueStore } from '../../renderer/screens/workbench/values/value-store.ts'
import { theme } from '../../renderer/theme.ts'
import type { RequestOutput } from '../../shared/api/contract.ts'
import { pageLimit } from '../../shared/api/page.ts'
import { ok } from '../../shared/errors.ts'

// The page of the UI bench: the real tree of the Workbench over an address space of 100,000 nodes, without a gateway behind
// it. Runs in the browser; test/bench/ui.ts builds, opens and asks it.

type Page = RequestOutput<'opcua.indexPage'>

const folders = 100
const tagsPerFolder = 1000
const paneWidth = 320
const paneHeight = 700
/** Many times what fits the pane. */
const drawnLimit = 500
const scrollPx = 600
const valuesPerSecond = 10_000
const liveTags = 20_000

export interface UiFigures {
  readonly rows: number
  readonly indexMs: number
  readonly indexLongestMs: number
  readonly mountMs: number
  readonly expandAllMs: number
  readonly toggleMs: readonly number[]
  readonly fps: number
  readonly frameP95Ms: number
  readonly changes: number
  readonly cpuPerFrameMs: number
  readonly treeHeapMb: number
  readonly totalHeapMb: number
  readonly domNodes: number
  readonly keystrokeMs: readonly number[]
  readonly patternMs: number
}

declare global {
  interface Window {
    measure: (seconds: number) => Promise<UiFigures>
    gc?: () => void
    /** From the bench: what the page's thread has computed so far. */
    cpuMs: () => Promise<number>
  }
}

const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done))
const turn = (): Promise<void> =>
  new Promise((done) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      done()
    }
    port2.postMessage(0)
  })
const later = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Until what was changed is on screen: one frame draws it, the next begins after it. */
async function painted(since: number): Promise<number> {
  await frame()
  await frame()
  return performance.now() - since
}

window.measure = async (seconds) => {
  const index = syntheticIndex()
  const answers = new Map<number, string>()
  for (let offset = 0; offset < index(0, 0).total; offset += pageLimit)
    answers.set(offset, JSON.stringify(index(offset, pageLimit)))
  const heapOfAnswers = await settledHeap()
  const longest = watchLongTasks()
  const tree = new SourceTree(async () => ok({ nodes: [], truncated: false }))
  // As it comes over the wire, and as late as a message does.
  const feed = new IndexFeed(tree, { connectorId: 'bench' }, async ({ offset }) => {
    await turn()
    return ok(JSON.parse(answers.get(offset) ?? '') as Page)
  })
  let from = performance.now()
  await feed.follow(index(0, 0).status)
  const indexMs = performance.now() - from
  const indexLongestMs = longest()
  const values = new ValueStore(liveTags + 1000)
  const session: SourceSession = {
    id: 'bench',
    target: { connectorId: 'bench' },
    kind: 'opcua',
    tree,
    values,
    feed: new ValueFeed(async () => ok([]), values, { awake: () => false, onChange: () => () => undefined }),
    search: new SearchClient(tree),
    access: undefined,
    index: feed,
    topics: undefined,
  }
  session.search.start()
  from = performance.now()
  const root = show(createElement(SourceBrowser, { session, reading: undefined }))
  const mountMs = await painted(from)
  tree.collapseAll()
  await later(300)
  from = performance.now()
  tree.expandAll()
  const expandAllMs = await painted(from)
  if (document.querySelectorAll('.wtree-row').length > drawnLimit)
    throw new Error('The tree draws rows nobody sees: ui-page.html lacks the style sheet that bounds its height')
  const treeHeapMb = (await settledHeap()) - heapOfAnswers
  const toggleMs = await toggles(tree)
  const scrolled = await scroll(session, seconds)
  const keystrokeMs = await typing(session, 'boiler_12 temp')
  const [patternMs = 0] = await typing(session, ['/Objects/Line?/**/Temp*'])
  const figures: UiFigures = {
    rows: tree.model.count,
    indexMs,
    indexLongestMs,
    mountMs,
    expandAllMs,
    toggleMs,
    ...scrolled,
    treeHeapMb,
    totalHeapMb: await settledHeap(),
    domNodes: document.querySelectorAll('*').length,
    keystrokeMs,
    patternMs,
  }
  root.unmount()
  session.search.stop()
  return figures
}

function Themed({ children }: { readonly children?: ReactNode }): ReactNode {
  return createElement(MantineProvider, { theme }, children)
}

function show(content: ReactNode): Root {
  const box = document.getElementById('root')!
  box.style.cssText = `width:${paneWidth}px;height:${paneHeight}px;display:flex;flex-direction:column`
  const root = createRoot(box)
  root.render(createElement(Themed, null, content))
  return root
}

async function toggles(tree: SourceTree): Promise<number[]> {
  const row = tree.model.rowOf('nsu=urn:bench;s=F50')
  const times: number[] = []
  for (let i = 0; i < 12; i += 1) {
    const from = performance.now()
    tree.toggleOpen(row)
    // What a toggle costs until the frame that shows it is made.
    await frame()
    times.push(performance.now() - from)
    await later(60)
  }
  return times
}

/** A fast scroll while values change everywhere. */
async function scroll(
  session: SourceSession,
  seconds: number,
): Promise<Pick<UiFigures, 'fps' | 'frameP95Ms' | 'changes' | 'cpuPerFrameMs'>> {
  const box = document.querySelector<HTMLElement>('.wtree')!
  const { model } = session.tree
  const slots: number[] = []
  for (let row = 0; slots.length < liveTags && row < model.count; row += 1)
    if (model.isCountable(row)) slots.push(session.values.slot(model.key(row)))
  const frames: number[] = []
  let changes = 0
  const cpuBefore = await window.cpuMs()
  const begun = performance.now()
  let last = await frame()
  while (performance.now() - begun < seconds * 1000) {
    const due = Math.round(((performance.now() - begun) / 1000) * valuesPerSecond)
    for (; changes < due; changes += 1) {
      const slot = slots[Math.floor(Math.random() * slots.length)]!
      const text = (Math.random() * 100).toFixed(2)
      session.values.put(slot, { text, quality: quality.good, status: 'Good', type: 'Double', ts: changes })
    }
    box.scrollTop = (box.scrollTop + scrollPx) % (liveTags * 24)
    const now = await frame()
    frames.push(now - last)
    last = now
  }
  const cpu = (await window.cpuMs()) - cpuBefore
  frames.sort((a, b) => a - b)
  return {
    fps: (1000 * frames.length) / frames.reduce((sum, ms) => sum + ms, 0),
    frameP95Ms: frames[Math.floor(frames.length * 0.95)]!,
    changes,
    cpuPerFrameMs: cpu / frames.length,
  }
}

/** From the key to the painted answer, for each letter. */
async function typing(session: SourceSession, text: string | readonly string[]): Promise<number[]> {
  const field = document.querySelector<HTMLInputElement>('input[data-filter]')!
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!
  const times: number[] = []
  const inputs = typeof text === 'string' ? [...text].map((_, i) => text.slice(0, i + 1)) : text
  for (const typed of inputs) {
    const answered = new Promise<void>((done) => {
      const undo = session.search.subscribe(() => {
        if (session.search.result()?.query.text !== typed) return
        undo()
        done()
      })
    })
    const from = performance.now()
    write.call(field, typed)
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await answered
    await frame()
    times.push(performance.now() - from)
    await later(100)
  }
  write.call(field, '')
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await later(200)
  return times
}

/** An address space as the engine pages it: 100 folders of 1,000 variables each. */
function syntheticIndex(): (offset: number, limit: number) => Page {
  const areas = ['Boiler', 'Press', 'Filler', 'Palletizer', 'Oven', 'Mixer', 'Conveyor', 'Robot']
  const signals = [
    'Temperature',
    'Pressure',
    'Flow',
    'Speed',
    'Current',
    'State',
    'Alarm',
    'Setpoint',
    'Valve',
    'Level',
  ]
  const names = ['Root', 'Objects']
  const ids = ['i=84', 'i=85']
  const parents = [-1, 0]
  const classes = [1, 1]
  const types = [0, 1]
  for (let f = 0; f < folders; f += 1) {
    names.push(`Line${f % 10} ${areas[f % areas.length]}_${f}`)
    ids.push(`nsu=urn:bench;s=F${f}`)
    parents.push(1)
    classes.push(1)
    types.push(2)
  }
  for (let f = 0; f < folders; f += 1) {
    for (let t = 0; t < tagsPerFolder; t += 1) {
      names.push(`${signals[t % signals.length]}_${t}`)
      ids.push(`nsu=urn:bench;s=F${f}.T${t}`)
      parents.push(2 + f)
      classes.push(2)
      types.push(3)
    }
  }
  const total = names.length
  const status = {
    state: 'complete' as const,
    detail: '',
    hint: '',
    nodes: total,
    about: total,
    isComplete: true,
    isReading: false,
    takenAt: 1,
    generation: 1,
  }
  return (offset, limit) => ({
    status,
    total,
    parents: parents.slice(offset, offset + limit),
    names: names.slice(offset, offset + limit),
    browseNames: [],
    classes: classes.slice(offset, offset + limit),
    types: types.slice(offset, offset + limit),
    nodeIds: ids.slice(offset, offset + limit),
    typeNames: ['', 'FolderType', 'LineType', 'BaseDataVariableType'],
  })
}

/** Returns what the longest task has taken since. */
function watchLongTasks(): () => number {
  let longest = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration)
  })
  observer.observe({ entryTypes: ['longtask'] })
  return () => {
    for (const entry of observer.takeRecords()) longest = Math.max(longest, entry.duration)
    observer.disconnect()
    return longest
  }
}

async function settledHeap(): Promise<number> {
  await later(200)
  window.gc?.()
  await later(100)
  const { memory } = performance as Performance & { readonly memory?: { readonly usedJSHeapSize: number } }
  return (memory?.usedJSHeapSize ?? 0) / 1_048_576
}

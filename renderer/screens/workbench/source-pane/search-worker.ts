import { type SearchAnswer, type SearchQuery, type SearchRows, SearchTable } from './search-core.ts'

// The thread that searches, so that typing never waits.

export type ToSearch =
  | { readonly kind: 'reset' }
  | { readonly kind: 'rows'; readonly rows: SearchRows }
  | { readonly kind: 'mapped'; readonly rows: Int32Array }
  | { readonly kind: 'search'; readonly id: number; readonly query: SearchQuery }

export interface FromSearch extends SearchAnswer {
  readonly id: number
  /** Rows the answer was looked for in. */
  readonly searched: number
}

let table = new SearchTable()

addEventListener('message', ({ data }: MessageEvent<ToSearch>) => {
  switch (data.kind) {
    case 'reset':
      table = new SearchTable()
      return
    case 'rows':
      table.add(data.rows)
      // The first letter somebody types must not be the one that waits for the compiler.
      if (data.rows.first === 0) table.search({ text: 'e a', nodeClass: 'all', type: -1, mapped: 'all', limit: 10 })
      return
    case 'mapped':
      table.setMapped(data.rows)
      return
    case 'search': {
      const answer: FromSearch = { id: data.id, searched: table.count, ...table.search(data.query) }
      postMessage(answer)
    }
  }
})

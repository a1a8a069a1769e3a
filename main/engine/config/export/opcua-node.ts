export type Expressed = { readonly text: string; readonly note: string } | { readonly problem: string }

/** What the ThingsBoard gateway (3.8) takes as a name in a path. */
const pathName = /^[\w.:[\]()-]+$/
const numberNote =
  'The number of its namespace when the server was browsed last; it is not followed when the server changes it.'

/** Address of a node as `${ns=2;s=Name}` or `${Root\.Objects\.Name}`. `namespaces`: of its server, when they are known. */
export function nodeExpression(address: string, namespaces: readonly string[] | undefined): Expressed {
  return address.startsWith('/') ? pathExpression(address) : idExpression(address, namespaces)
}

function idExpression(address: string, namespaces: readonly string[] | undefined): Expressed {
  const [, number, uri, identifier = ''] = /^(?:ns=(\d+);|nsu=([^;]+);)?([isgb]=[\s\S]+)$/.exec(address) ?? []
  if (/[{}]|\\u00|^\s|\s$/.test(identifier)) {
    return { problem: 'A NodeId with braces, control characters or spaces at its ends can not be written there.' }
  }
  if (uri === undefined) return { text: `\${ns=${number ?? 0};${identifier}}`, note: '' }
  // Part 6, 5.3.1.11: only ; and % are escaped in the URI.
  const plain = uri.replace(/%3b/gi, ';').replace(/%25/g, '%')
  const index = namespaces?.indexOf(plain) ?? -1
  if (index >= 0) return { text: `\${ns=${index};${identifier}}`, note: numberNote }
  return {
    problem: namespaces
      ? `The server had no namespace ${plain} when it was browsed last.`
      : 'It needs the number of its namespace: let the gateway run and open the server once in the Workbench, then export again.',
  }
}

/** `/Objects/2:Line1/{urn:plant}Speed`; & escapes the next character. */
function pathExpression(address: string): Expressed {
  const levels = address.slice(1).match(/(?:&[\s\S]|[^/&])+/g) ?? []
  let hasUri = false
  const names = levels.map((level) => {
    const name = level.replace(/^\{[^}]*\}/, '')
    hasUri ||= name !== level
    return name.replace(/&([\s\S])/g, '$1')
  })
  const odd = names.find((name) => !pathName.test(name))
  if (odd !== undefined) return { problem: `A path with "${odd}" can not be written there: use the NodeId.` }
  const note = hasUri ? 'Found by its name in any namespace.' : ''
  return { text: `\${${['Root', ...names].join('\\.')}}`, note }
}

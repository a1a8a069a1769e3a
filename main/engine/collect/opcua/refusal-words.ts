// What a server says when it will not watch a node, as the operator reads it.

const words: Readonly<Record<string, string>> = {
  BadUserAccessDenied: 'the user may not read it',
  BadNotReadable: 'it can not be read',
  BadAttributeIdInvalid: 'it is not a variable and has no value',
  BadIndexRangeInvalid: 'the part of the array that is asked for can not be',
  BadIndexRangeNoData: 'the part of the array that is asked for is not there',
  BadNodeIdUnknown: 'it has no such node',
  BadNodeIdInvalid: 'it has no such node',
  BadMonitoredItemFilterInvalid: 'it does not take the deadband or the trigger',
  BadMonitoredItemFilterUnsupported: 'it does not support the deadband',
  BadFilterNotAllowed: 'it does not take a deadband on this node',
  BadDeadbandFilterInvalid: 'it does not take the deadband: a percentage needs a range on the node',
  BadTimestampsToReturnInvalid: 'it does not give timestamps',
  BadTooManyMonitoredItems: 'it has no room to watch more nodes',
}

/** With the name of the StatusCode, for whoever looks it up in the documents of the server. */
export function refusalText(status: string): string {
  const said = words[status]
  return said ? `${said} (${status})` : status
}

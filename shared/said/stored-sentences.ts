// Causes that stand in quarantine and ledger, as English text: what was stored says no code, so it is known by its words.

export const storedSentences = {
  'stored.notFinite': 'not a finite number: JSON has no text for it',
  'stored.tooLargeInteger':
    'integer outside of what ThingsBoard stores as a number (-9223372036854775808 to 9223372036854775807); set the type of this key to string',
  'stored.tooLarge': ({ bytes }: { bytes: number }) => `larger than the ${bytes} bytes a message may have`,
  'stored.unreadable': 'ThingsBoard can not read it',
  'stored.answered': ({ reasonCode }: { reasonCode: string }) => `ThingsBoard answered ${reasonCode}`,
  'stored.endedEachTime': 'the connection ended each time it was sent',
  'stored.noDevice': 'ThingsBoard does not create the device',
  'stored.queueFull': 'the server threw them away because the queue of a node was full',
  'stored.forgotten': 'the server had forgotten our subscriptions',
  'stored.notRunning': 'the gateway did not run, and the server did not hand the subscriptions over',
  'stored.polled': 'the connection was away, and a server that is polled keeps nothing for us',
  'stored.notPolled': 'the gateway did not run, and a server that is polled keeps nothing for us',
  'stored.unwatched': 'the connection was away, and what a server has no room to watch it does not keep for us',
  'stored.lostOnTheirWay': ({ messages }: { messages: number }) => `${messages} notifications were lost on their way`,
  'stored.manyCauses': 'several causes, too many to keep apart',
  'stored.historyNotRead': 'the history was not read',
  'stored.noHistory': 'the server has no history of them',
  'stored.and': ({ cause, why }: { cause: string; why: string }) => `${cause}, and ${why}`,
} as const

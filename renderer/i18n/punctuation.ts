import { currentLanguage } from './locale.ts'

// Chinese sets its own marks, as wide as a character and without a space behind them.
const isChinese = currentLanguage() === 'zh'

/** Between two sentences of which the first comes without its full stop. */
export const nextSentence = isChinese ? '。' : '. '
/** Between words of a list. */
export const nextWord = isChinese ? '、' : ', '
/** Between short sentences of one line. */
export const nextClause = isChinese ? '；' : '; '

/** With its full stop, which the engine's sentences may lack. */
export const asSentence = (text: string): string => text.replace(/[^.!?。！？…]$/u, isChinese ? '$&。' : '$&.')

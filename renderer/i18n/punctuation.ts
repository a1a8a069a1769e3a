import { currentLanguage } from './locale.ts'

// Chinese sets its own marks, as wide as a character and without a space behind them.
const isChinese = currentLanguage() === 'zh'

/** Between two sentences of which the first comes without its full stop. */
export const nextSentence = isChinese ? '。' : '. '
/** Between words of a list. */
export const nextWord = isChinese ? '、' : ', '

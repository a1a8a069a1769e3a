import { sentences } from '../../shared/said/sentences.ts'
import { words } from './locale.ts'

/** The sentences of the engine by their codes; `say` picks them. English is what the engine says itself. */
export const saidText = words('said', sentences)

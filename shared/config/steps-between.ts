export { stepsBetween } from './edit-steps.ts'

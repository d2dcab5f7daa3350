import type { PlainError } from '@scarline/core/model'
import type { Words } from './use-words.ts'

/** An error as a person reads it: what happened, and what to do about it. */
export function wordsOfError(
  words: Words,
  error: PlainError,
): { lead: string; message: string; hint: string | null } {
  const { notices } = words
  if (error.code === 'server-lost') {
    return { lead: '', message: notices.serverLost, hint: notices.serverLostHint }
  }
  if (error.code === 'bad-answer') {
    return { lead: notices.badAnswer, message: error.message, hint: null }
  }
  if (error.code === 'forbidden') {
    return { lead: '', message: notices.unauthorised, hint: notices.unauthorisedHint }
  }
  return { lead: words.errorLead(error), message: sentenceOf(error.message), hint: error.hint }
}

/** As a sentence: a plain first word gets its capital, the end a full stop. */
export function sentenceOf(message: string): string {
  const first = /^[a-z]+(?=[ ,:])/.test(message) ? message.slice(0, 1).toUpperCase() : ''
  const text = first + message.slice(first.length)
  return /[.!?。…)]$/.test(text) ? text : `${text}.`
}

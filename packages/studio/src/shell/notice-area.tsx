import type { ReactElement } from 'react'
import { dismiss } from '../state/actions-notices.ts'
import { type Notice, type Place, useStudio } from '../state/store.ts'
import { wordsOfError } from '../words/error-words.ts'
import { useWords } from '../words/use-words.ts'
import { IconButton } from './icon-button.tsx'

/** What has to be told at this place; put it beside the controls that it is about. */
export function NoticeArea({ place }: { place: Place }): ReactElement {
  const notices = useStudio((state) => state.notices)
  const shown = notices.filter((notice) => notice.place === place)
  return (
    <div className={`notices of-${place}`} role="alert" hidden={shown.length === 0}>
      {shown.map((notice) => (
        <NoticeCard key={notice.id} notice={notice} />
      ))}
    </div>
  )
}

function NoticeCard({ notice }: { notice: Notice }): ReactElement {
  const words = useWords()
  const said = notice.error ? wordsOfError(words, notice.error) : null
  return (
    <div className="notice" data-kind={notice.kind}>
      <div className="notice-words">
        {said?.lead && <strong>{said.lead} </strong>}
        {said?.message}
        {notice.says && words.notices[notice.says]}
        {said?.hint && <p className="muted">{said.hint}</p>}
      </div>
      <IconButton
        isQuiet
        icon="close"
        label={words.notices.dismiss}
        onClick={() => dismiss({ id: notice.id })}
      />
    </div>
  )
}

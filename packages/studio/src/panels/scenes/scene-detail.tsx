import type { SceneListing } from '@scarline/core/model'
import type { ReactElement, ReactNode } from 'react'
import { Picture } from '../../shell/picture.tsx'
import { stateOfScene } from '../../state/actions-scenes.ts'
import { formatNumber, formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { remarksOf, stateWords, whyWords } from './scene-words.ts'

const VALIDITY_ORDER = ['clear', 'dark', 'bareKept', 'snow', 'shadow', 'cloud', 'nodata'] as const

/** Everything that is known of a scene, and why it is kept or not. */
export function SceneDetail({
  scene,
  minValidFraction,
}: {
  scene: SceneListing
  minValidFraction: number
}): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const state = stateOfScene(scene)
  return (
    <article className="scene-detail" aria-label={words.scenes.details}>
      {scene.thumbnail && (
        <Picture
          className="scene-large"
          src={scene.thumbnail.replace('edge=240', 'edge=480')}
          alt={scene.id}
          otherwise={words.scenes.noPicture}
        />
      )}
      <h2 className="row">
        {scene.capturedAt.slice(0, 10)}
        <span className={state === 'kept' ? 'badge keep' : 'badge reject'}>
          {stateWords(words, scene)}
        </span>
      </h2>
      <p>{whyWords(words, language, scene, minValidFraction)}</p>
      <Validity scene={scene} />
      <dl className="facts">
        <Fact name={words.scenes.time}>{scene.capturedAt.slice(0, 16).replace('T', ' ')} UTC</Fact>
        <Fact name={words.scenes.platform}>{scene.platform}</Fact>
        {scene.flags.length > 0 && <Fact name={words.scenes.flags}>{remarksOf(words, scene)}</Fact>}
        <Shift scene={scene} />
        <Offset scene={scene} />
        {scene.parts[0]?.processingBaseline && (
          <Fact name={words.scenes.baseline}>{scene.parts[0].processingBaseline}</Fact>
        )}
        {scene.sunElevationDeg !== null && (
          <Fact name={words.scenes.sun}>{formatNumber(language, scene.sunElevationDeg)}°</Fact>
        )}
      </dl>
    </article>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}

function Validity({ scene }: { scene: SceneListing }): ReactElement | null {
  const words = useWords()
  const language = useLanguage()
  const shares = VALIDITY_ORDER.map(
    (name) => [name, scene.validityFractions[name] ?? 0] as const,
  ).filter(([, share]) => share >= 0.005)
  if (shares.length === 0) return null
  let from = 0
  return (
    <figure className="validity">
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        {shares.map(([name, share]) => {
          from += share
          return (
            <rect
              key={name}
              className={`validity-${name}`}
              x={(from - share) * 100}
              width={share * 100}
              height="6"
            />
          )
        })}
      </svg>
      <figcaption>
        {shares.map(([name, share]) => (
          <span key={name} className="validity-item">
            <i className={`validity-${name}`} aria-hidden="true" />
            {words.scenes.validityNames[name]} {formatShare(language, share)}
          </span>
        ))}
      </figcaption>
    </figure>
  )
}

function Shift({ scene: { shift } }: { scene: SceneListing }): ReactElement | null {
  const words = useWords()
  const language = useLanguage()
  if (!shift) return null
  const metres = (value: number): string =>
    (value < 0 ? '−' : '+') + formatNumber(language, Math.abs(value), 1)
  const quality = words.scenes.shiftQuality(formatShare(language, shift.quality))
  return (
    <Fact name={words.scenes.shift}>
      {!shift.applied && words.scenes.shiftRefused}
      {shift.applied &&
        (shift.xM === 0 && shift.yM === 0
          ? words.scenes.shiftNone
          : words.scenes.shiftIs(metres(shift.xM), metres(shift.yM)))}
      <span className="muted"> {quality}</span>
    </Fact>
  )
}

function Offset({ scene: { offset } }: { scene: SceneListing }): ReactElement | null {
  const words = useWords()
  if (!offset) return null
  const evidence = Object.entries(offset.evidence)
  return (
    <Fact name={words.scenes.offset}>
      {words.scenes.offsets[offset.decision]}
      {offset.contradiction && (
        <p className="fault">
          {words.scenes.contradiction} {offset.contradiction}
        </p>
      )}
      {evidence.length > 0 && (
        <details className="evidence">
          <summary>{words.scenes.evidence}</summary>
          <dl>
            {evidence.map(([name, value]) => (
              <Fact key={name} name={name}>
                {String(value)}
              </Fact>
            ))}
          </dl>
        </details>
      )}
    </Fact>
  )
}

import { Sam2Error } from '../errors.ts'
import type { Sam2Config } from '../config/model-config.ts'

/** Side of an image token (level 2 of the features), model pixels. */
const STRIDE = 16
/** The finest features have this share of the channels. */
const FINEST_SHARE = 8

/**
 * Image tokens along a side of the model input.
 * @throws Sam2Error `config` unless tokens tile the image and the channels can be shared out
 */
export function imageTokenSide({ imageSize, neck }: Sam2Config): number {
  requireMultiple('imageSize', imageSize, STRIDE)
  requireMultiple('neck.dModel', neck.dModel, FINEST_SHARE)
  return imageSize / STRIDE
}

function requireMultiple(name: string, value: number, of: number): void {
  if (Number.isInteger(value) && value > 0 && value % of === 0) return
  throw new Sam2Error(`got ${name} ${value}, expected a positive multiple of ${of}`, {
    code: 'config',
    hint: `Choose a ${name} that ${of} divides.`,
    details: { [name]: value },
  })
}

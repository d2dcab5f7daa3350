import * as core from '@scarline/core'
import * as model from '@scarline/core/model'
import { expect, it } from 'vitest'

it('exports what it promises, no more and no less', () => {
  expect(Object.keys(core).sort()).toMatchSnapshot('@scarline/core')
  expect(Object.keys(model).sort()).toMatchSnapshot('@scarline/core/model')
})

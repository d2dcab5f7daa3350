import * as core from '@scarline/core'
import * as model from '@scarline/core/model'
import * as sam2 from '@scarline/sam2'
import { expect, it } from 'vitest'

it('exports what it promises, no more and no less', () => {
  expect(Object.keys(core).sort()).toMatchSnapshot('@scarline/core')
  expect(Object.keys(model).sort()).toMatchSnapshot('@scarline/core/model')
  expect(Object.keys(sam2).sort()).toMatchSnapshot('@scarline/sam2')
})

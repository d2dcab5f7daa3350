import type { AnalysisAnswer } from '@scarline/core/model'
import { apiPath, request } from './request.ts'

export const getAnalysis = (id: string, signal?: AbortSignal): Promise<AnalysisAnswer> =>
  request(apiPath`/api/sites/${id}/analysis`, signal ? { signal } : {})

/** A document of an archive. */
export interface ArchiveDocument {
  /** Parsed JSON. */
  json: unknown
  /** Where it came from, after redirects: the base of its relative links. */
  url: string
}

/** How the search reaches an archive: HTTP or files, with retries behind it. */
export interface ArchiveTransport {
  /**
   * @param url `https://…`, `file://…` or a path
   * @throws ScarlineError `network` (`details.status`), `not-found`, `archive` (no JSON)
   */
  readJson(url: string, request?: ArchiveRequest, signal?: AbortSignal): Promise<ArchiveDocument>
  /** Paths of the JSON documents of a local folder and its sub-folders; null where it is none. */
  listFolder(path: string): Promise<string[] | null>
}

/** A search request as an archive wants it. */
export interface ArchiveRequest {
  method: 'GET' | 'POST'
  body?: Readonly<Record<string, unknown>>
  headers?: Readonly<Record<string, string>>
}

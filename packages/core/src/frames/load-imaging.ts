/**
 * Loads the libraries that pictures and rasters are read and written with. They are loaded when they are first needed;
 * a server that is about to be asked need not keep its first visitor waiting.
 */
export async function loadImaging(): Promise<void> {
  await Promise.all([import('sharp'), import('geotiff')])
}

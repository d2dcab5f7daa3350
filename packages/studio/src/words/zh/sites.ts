import type { SameKeys } from '../catalogue.ts'
import type { sitesWords as english } from '../en/sites.ts'

/** Texts of the list of sites, in Chinese. */
export const sitesWords: SameKeys<typeof english> = {
  title: '滑坡点',
  create: '新建滑坡点',
  filter: '按名称查找滑坡点',
  sort: '排序',
  sorts: { name: '名称', last: '最后一帧', growth: '最近一年增长' },
  count: (count) => `${count} 个滑坡点`,
  found: (found, count) => `${found} / ${count} 个滑坡点`,
  none: '此文件夹中还没有滑坡点。',
  noneHint:
    '滑坡点由研究区和时间范围组成。可在地图上绘制研究区，拖入 GeoJSON、KML 或 GeoPackage 文件，或导入自己的 GeoTIFF。',
  noneFound: '没有名称相符的滑坡点。',
  oneOnly: '此文件夹本身就是一个滑坡点：如需新建，请在上一级文件夹启动 scarline studio。',
  frames: (count) => `${count} 帧`,
  lastFrame: (day) => `最后 ${day}`,
  area: '面积变化',
  areaLine: (area, from, to) => `${from} 至 ${to} 的面积变化；当前 ${area}`,
  noPicture: '尚无帧',
  unreadable: '此文件夹无法作为滑坡点读取。',
  newSiteKey: '新建滑坡点',
  filterKey: '查找滑坡点',
}

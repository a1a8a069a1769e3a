import type { KeysWords } from '../en-frame.ts'

export const keys: KeysWords = [
  {
    keys: ['Ctrl', '1 … 9'],
    does: '概览、工作台、数据源、上传、ThingsBoard、活动、版本、仪表盘、设置（浏览器中用 Alt）',
    where: '全局',
  },
  { keys: ['Ctrl', 'K'], does: '搜索或执行：页面、命令、设备、数据源、NodeId', where: '全局' },
  { keys: ['Ctrl', ','], does: '设置', where: '全局' },
  { keys: ['Ctrl', 'Enter'], does: '检查草稿；在检查中：应用', where: '全局' },
  { keys: ['Ctrl', 'Z'], does: '撤销草稿的最近一次编辑', where: '文本框外' },
  { keys: ['Ctrl', 'Shift', 'Z'], does: '重做（也可用 Ctrl+Y）', where: '文本框外' },
  { keys: ['Ctrl', 'F'], does: '筛选列表或树', where: '全局' },
  { keys: ['F6'], does: '页面的下一部分（Shift+F6：上一部分）', where: '全局' },
  { keys: ['F1'], does: '显示快捷键（文本框外也可用 ?）', where: '全局' },
  { keys: ['Esc'], does: '关闭对话框或面板', where: '全局' },
  { keys: ['Ctrl', 'S'], does: '把正在编辑的内容加入草稿', where: '表单' },
  { keys: ['↑', '↓', 'Home', 'End', 'PgUp', 'PgDn'], does: '移动', where: '表格、树' },
  { keys: ['Enter'], does: '打开该行', where: '表格' },
  { keys: ['Space'], does: '选中该行', where: '隔离区' },
  { keys: ['Shift', '↑', '↓'], does: '选中经过的行', where: '隔离区' },
  { keys: ['Ctrl', 'A'], does: '选中所有符合筛选的行', where: '隔离区' },
  { keys: ['→', '←'], does: '展开或收起分支，转到子节点或父节点', where: '树' },
  { keys: ['Space'], does: '选中变量，或文件夹中的所有变量', where: '树' },
  { keys: ['*'], does: '展开本层的所有分支', where: '树' },
  { keys: ['a … z'], does: '跳到下一个以此字母开头的名称', where: '树' },
]

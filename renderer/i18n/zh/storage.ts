import type { StorageWords } from '../en-storage.ts'

export const storage: StorageWords = {
  form: '存储设置',
  maxBytes: '最多保留',
  maxBytesHint: '包括文件本身。在 70、85 和 95 % 时告警。',
  maxAge: '最长保留',
  maxAgeHint: (words) => `= ${words}。更旧的值会被丢弃。`,
  whenFull: '存满时',
  choices: {
    block: '数据源等待',
    'drop-oldest': '丢弃最旧的值',
    'drop-newest': '丢弃新到的值',
  },
  explain: {
    block: [
      '已入库的值绝不丢弃。',
      'MQTT Broker 为网关保留消息，直至其自身队列的上限。',
      'OPC UA 服务器先填满各监视项的队列，然后覆盖其中最旧的变化。',
    ],
    'drop-oldest': [
      'ThingsBoard 缺少中断开始阶段的数据，之后的数据齐全。',
      '每个被丢弃的值都连同原因和时间记入损失台账。',
    ],
    'drop-newest': [
      'ThingsBoard 得到从中断开始到存满为止的全部数据，之后缺失。',
      '每个被丢弃的值都连同原因和时间记入损失台账。',
    ],
  },
  classes:
    '各个键可以另行设置：“必达”总是让数据源等待，“新值优先”总是丢弃最旧的值，“仅最新值”只保留最新值等待上传。见“数据源”中的键。',
  preallocate: '预先占用磁盘空间',
  preallocateHint: '这样即使其他程序写满磁盘，网关也不会停止。',
  commit: '提交间隔上限',
  commitHint: '较短：更早向数据源确认。较长：减少写盘。',
  lasts: '可维持多久',
  lastsWords: (rate, time) => `按 ${rate} 值/秒计算，可承受约 ${time}的中断。`,
  lastsUnknown: '有一定数量的值等待后才能得知：由其磁盘占用推算可承受的中断时长。',
  free: (used, limit) => `当前已用 ${used} / ${limit}。`,
  conflict: '他人已修改了存储设置。您的修改仍保留在这里。',
  applied: '通过“检查并应用”生效；等待中的数据保留。',
}

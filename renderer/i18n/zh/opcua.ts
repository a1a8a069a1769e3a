import type { OpcuaWords } from '../en-opcua.ts'

export const opcua: OpcuaWords = {
  tabs: { rules: '规则', events: '事件', tags: '点位' },
  security: {
    deprecated: '限期允许已弃用的策略',
    deprecatedHint: 'Basic256 和 Basic128Rsa15，用于只提供这两种策略的服务器。',
    until: '允许至该日结束（UTC）',
    warning: (date) =>
      `这些策略基于 SHA-1 和旧的 RSA 填充，可被破解：网络上的人可以读取和伪造数值。允许至 ${date}，之后网关重新拒绝。`,
    expired: (date) => `许可已于 ${date} 结束。网关拒绝这些策略。`,
    notAllowed: '该策略已不安全。除非在下方允许已弃用的策略，否则网关拒绝使用。',
    deprecatedChoice: (policy) => `${policy}（已弃用）`,
  },
  signIn: {
    certificate: 'X.509 证书',
    certFile: '用户证书',
    keyFile: '私钥',
    files: '网关所在电脑上的 PEM 文件，运行网关的账户须有读取权限。',
  },
  collection: {
    mode: '采集方式',
    modes: {
      auto: '订阅，服务器不支持时改为读取',
      subscribe: '仅订阅',
      poll: '轮询读取',
    },
    modeHints: {
      auto: '由服务器上报变化。不支持订阅的服务器按采样间隔读取。',
      subscribe: '由服务器上报变化。服务器不支持订阅时报错。',
      poll: '按采样间隔读取每个节点。间隔之内的变化不会被发现。',
    },
    resume: '网关重启期间保留订阅',
    resumeHint: '服务器会为网关保留这段时间的值。',
    backfill: '用服务器的历史补齐缺口',
    backfillHint: '适用于保存历史的服务器。无法补齐的缺口会如实记录。',
    keepAlive: '保活间隔',
    keepAliveHint: '空闲订阅的心跳。',
    lifetime: '生存期',
    lifetimeHint: '网关断开后，服务器保留订阅的时长。',
  },
  alternates: {
    title: '冗余服务器',
    hint: '提供相同数据的其他地址。使用 ServiceLevel 最高的一个。',
    add: '添加地址',
    field: (n) => `冗余服务器 ${n}`,
    remove: (n) => `移除冗余服务器 ${n}`,
  },
  writable: {
    title: '允许写入的节点',
    hint: 'NodeId、浏览路径，或含 * 和 ? 的模式。除此之外一律不写入。',
    add: '添加节点',
    field: (n) => `可写节点 ${n}`,
    remove: (n) => `移除可写节点 ${n}`,
  },
  callable: {
    title: '允许调用的方法',
    hint: 'NodeId、浏览路径，或含 * 和 ? 的模式。除此之外一律不调用。',
    add: '添加方法',
    field: (n) => `可调用方法 ${n}`,
    remove: (n) => `移除可调用方法 ${n}`,
  },
  endpoints: {
    reported: '服务器报告的地址',
    replaced: (reported, typed) => `服务器报告的自身地址为 ${reported}。网关使用您输入的地址 ${typed}。`,
    servers: '此处发现的其他服务器',
    takeAddress: (name) => `使用 ${name} 的地址`,
    useAddress: '使用该地址',
  },
}

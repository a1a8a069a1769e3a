import type { CertificatesWords } from '../en-certificates.ts'

export const certificates: CertificatesWords = {
  days: {
    left: (n) => `剩余有效期 ${n} 天`,
    soon: (n) => `${n} 天后到期`,
    today: '今天到期',
    expired: (n) => `已过期 ${n} 天`,
    future: (date) => `${date} 起生效`,
  },
  lists: {
    noRejected: '没有等待确认的服务器。',
    noTrusted: '尚未信任任何服务器。首次安全连接时会逐个询问。',
  },
  own: {
    expiring: '此证书过期后，服务器会拒绝网关。请立即更新，并在每台服务器上信任新证书。',
    exportPem: '导出为 PEM',
    exportDer: '导出为 DER',
    exportHint: '文件中不含私密信息，只是服务器需要信任的内容。',
    renew: '更新…',
    renewTitle: '更新网关证书？',
    renewBody: [
      '网关将用相同的密钥和应用程序 URI 生成新证书。',
      '按指纹信任旧证书的服务器必须重新信任新证书。在此之前，网关对这些服务器继续使用旧证书，采集不中断。',
      '更新后请导出新证书，并导入到这些服务器。',
    ],
    renewConfirm: '立即更新',
    renewed: '已更新。请导出新证书，并在不会自动信任它的服务器上设为信任。',
  },
  steps: {
    title: '如何让服务器信任网关',
    general: [
      '先让网关尝试连接一次：多数服务器会把它列入“已拒绝”或“已隔离”的证书。',
      '在服务器上把它移到受信任的证书中，或导入导出的证书文件。',
      '之后无需在此操作，网关会自动重试。',
    ],
    servers: '常见服务器的设置位置',
    list: [
      [
        'Siemens S7-1500',
        'TIA Portal：在证书管理器中导入文件，添加到“OPC UA > 服务器 > 安全 > 可信客户端”，然后下载到 PLC。',
      ],
      ['Kepware', '托盘菜单“OPC UA Configuration”>“Trusted Clients”：选中网关，点击“Trust”，或使用“Import”。'],
      ['CODESYS', '“安全屏幕”>“设备”：把网关从“已隔离的证书”拖到“受信任的证书”。'],
      ['Beckhoff TwinCAT', '把文件从服务器的 PKI\\CA\\rejected\\certs 目录移到 PKI\\CA\\trusted\\certs。'],
      ['Ignition', '“Config”>“OPC UA”>“Security”>“Server”：在被隔离的证书旁点击“Trust”。'],
      ['Unified Automation、Prosys', '服务器自带窗口的“Certificates”选项卡：选中网关，点击“Trust”。'],
    ],
  },
  server: {
    title: '该服务器尚未信任网关',
    body: '服务器拒绝了网关的证书。只需在服务器上信任它，其他设置都已就绪。',
    retryIn: (seconds) => `网关将在 ${seconds} 秒后自动重试。`,
    retrying: '网关会自动重试。',
    testIn: (seconds) => `${seconds} 秒后自动重新测试。`,
    testing: '正在重新测试…',
    testEnded: '不再自动测试：在服务器上信任网关后，请点击“重新测试”。',
    retryNow: '立即重试',
    exportOurs: '导出网关证书',
  },
  us: {
    title: '网关尚未信任该服务器',
    body: '该服务器的证书还没有人确认。',
    decide: '查看并决定',
  },
}

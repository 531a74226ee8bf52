import { join } from "node:path";

export interface BrokerPorts {
  readonly plain: number;
  readonly controller: number;
  /** Where the listener PROXIED listens. */
  readonly proxied: number;
  /** What PROXIED tells its clients to connect to: put a `FaultProxy` there. */
  readonly advertisedProxy: number;
  readonly saslSsl: number;
}

export interface SaslSslOptions {
  readonly keyStore: string;
  readonly keyStorePassword: string;
  /** Known to PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly users: Readonly<Record<string, string>>;
}

export interface BrokerPropertiesOptions {
  readonly nodeId: number;
  readonly ports: BrokerPorts;
  readonly dataFolder: string;
  /** The node and port of the only controller. */
  readonly controller: { readonly nodeId: number; readonly port: number };
  readonly saslSsl: SaslSslOptions | undefined;
  readonly overrides: Readonly<Record<string, string>>;
}

/** The text of `server.properties` of a small node that starts quickly and cleans its logs at once. */
export function brokerProperties(options: BrokerPropertiesOptions): string {
  const { nodeId, ports, dataFolder, controller, saslSsl, overrides } = options;
  const isController = controller.nodeId === nodeId;
  const listeners = [
    `PLAINTEXT://127.0.0.1:${ports.plain}`,
    `PROXIED://127.0.0.1:${ports.proxied}`,
    ...(saslSsl === undefined ? [] : [`SASL_SSL://127.0.0.1:${ports.saslSsl}`]),
  ];
  const advertised = listeners.map((listener) =>
    listener.startsWith("PROXIED") ? `PROXIED://127.0.0.1:${ports.advertisedProxy}` : listener,
  );
  const properties = {
    ...smallAndQuick,
    "node.id": String(nodeId),
    "process.roles": isController ? "broker,controller" : "broker",
    "controller.quorum.voters": `${controller.nodeId}@127.0.0.1:${controller.port}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    listeners: [...listeners, ...(isController ? [`CONTROLLER://127.0.0.1:${ports.controller}`] : [])].join(","),
    "advertised.listeners": advertised.join(","),
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
    "log.dirs": dataFolder,
    ...(saslSsl === undefined ? {} : saslSslProperties(saslSsl)),
    ...overrides,
  };
  return `${Object.entries(properties)
    .map(([name, value]) => `${name}=${value}`)
    .join("\n")}\n`;
}

/** Path of one partition's segments. */
export function partitionFolder(dataFolder: string, topic: string, partition: number): string {
  return join(dataFolder, `${topic}-${partition}`);
}

const smallAndQuick = {
  "num.network.threads": "2",
  "num.io.threads": "4",
  "num.recovery.threads.per.data.dir": "1",
  "auto.create.topics.enable": "false",
  "group.initial.rebalance.delay.ms": "0",
  "offsets.topic.num.partitions": "1",
  "offsets.topic.replication.factor": "1",
  "transaction.state.log.num.partitions": "1",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "share.coordinator.state.topic.num.partitions": "1",
  "share.coordinator.state.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": "1000",
  "log.initial.task.delay.ms": "100",
  "broker.heartbeat.interval.ms": "500",
  // A broker that was killed is refused until its old registration has run out.
  "broker.session.timeout.ms": "4000",
  "log.retention.check.interval.ms": "500",
  "log.segment.delete.delay.ms": "100",
  "log.cleaner.backoff.ms": "100",
  "log.cleaner.threads": "1",
  "log.cleaner.dedupe.buffer.size": "16777216",
  "message.max.bytes": "67108864",
  "socket.request.max.bytes": "134217728",
};

function saslSslProperties({ keyStore, keyStorePassword, users }: SaslSslOptions): Record<string, string> {
  const plainUsers = Object.entries(users).map(([user, password]) => `user_${user}="${password}"`);
  const prefix = "listener.name.sasl_ssl";
  return {
    "ssl.keystore.type": "PKCS12",
    "ssl.keystore.location": keyStore,
    "ssl.keystore.password": keyStorePassword,
    "ssl.key.password": keyStorePassword,
    [`${prefix}.sasl.enabled.mechanisms`]: "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
    [`${prefix}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required ${plainUsers.join(" ")};`,
    [`${prefix}.scram-sha-256.sasl.jaas.config`]: "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    [`${prefix}.scram-sha-512.sasl.jaas.config`]: "org.apache.kafka.common.security.scram.ScramLoginModule required;",
  };
}

import type { KafkaClient, KafkaProducer } from "./kafka-client.ts";

export interface ShopOrder {
  readonly customerId: string;
  readonly status: "PLACED" | "PAID" | "SHIPPED";
  readonly total: string;
}

export interface ShopCustomer {
  readonly name: string;
}

/** An order of the customer c1. */
export const placed: ShopOrder = { customerId: "c1", status: "PLACED", total: "12.50" };
/** The same order later. */
export const paid: ShopOrder = { ...placed, status: "PAID" };

const compacted = { "cleanup.policy": "compact" };
const orderPartitions = 2;

/** Two compacted topics of a shop on a real broker, orders in two partitions, with the SDL of their views. */
export class ShopTopics implements AsyncDisposable {
  readonly orders = `orders-${crypto.randomUUID()}`;
  readonly customers = `customers-${crypto.randomUUID()}`;
  readonly #client: KafkaClient;
  readonly #producer: KafkaProducer;

  private constructor(client: KafkaClient, producer: KafkaProducer) {
    this.#client = client;
    this.#producer = producer;
  }

  /** The topics are there and empty. */
  static async create(client: KafkaClient): Promise<ShopTopics> {
    const topics = await ShopTopics.choose(client);
    await topics.createOrders();
    await client.createTopic(topics.customers, 1, { configs: compacted });
    return topics;
  }

  /** The topics have names, but are not there yet. */
  static async choose(client: KafkaClient): Promise<ShopTopics> {
    return new ShopTopics(client, await client.openProducer({ "metadata.max.age.ms": "100" }));
  }

  get sdl(): string {
    return `
      "Where an order stands." enum OrderStatus { PLACED PAID SHIPPED }
      "An order." type Order @view(topic: "${this.orders}") {
        id: ID! @key
        status: OrderStatus! @index
        total: Decimal!
        traceId: String @source(header: "trace-id")
        writtenAt: DateTime! @source(record: TIMESTAMP)
        customerId: ID! @index
        customer: Customer @join(local: "customerId")
      }
      "Somebody who orders." type Customer @view(topic: "${this.customers}") {
        id: ID! @key
        name: String!
        orders: [Order!]! @join(foreign: "customerId")
      }`;
  }

  async createOrders(): Promise<void> {
    await this.#client.createTopic(this.orders, orderPartitions, { configs: compacted });
  }

  async createCustomers(): Promise<void> {
    await this.#client.createTopic(this.customers, 1, { configs: compacted });
  }

  async deleteOrders(): Promise<void> {
    await this.#client.deleteTopic(this.orders);
  }

  /** Like `createOrders`, right after `deleteOrders`. */
  async recreateOrders(): Promise<void> {
    await this.#client.createTopic(this.orders, orderPartitions, { configs: compacted, afterDeletion: true });
  }

  /** Writes one order, or with null its tombstone; returns once the broker has it. */
  async putOrder(
    id: string,
    order: ShopOrder | null,
    facts: { traceId?: string; timestamp?: number } = {},
  ): Promise<void> {
    const { traceId, timestamp } = facts;
    await this.#producer.send(this.orders, [
      {
        key: id,
        value: order === null ? null : JSON.stringify(order),
        headers: traceId === undefined ? [] : [["trace-id", traceId]],
        ...(timestamp === undefined ? {} : { timestamp }),
      },
    ]);
  }

  async putCustomer(id: string, customer: ShopCustomer): Promise<void> {
    await this.#producer.send(this.customers, [{ key: id, value: JSON.stringify(customer) }]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer.close();
  }
}

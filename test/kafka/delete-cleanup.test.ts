import { expect, test } from "vitest";
import { describeOnKafka } from "./kit/describe-on-kafka.ts";
import { SpawnedGateway } from "./kit/spawned-gateway.ts";

const changes = "subscription { ordersChanged { changes { kind id } } }";

describeOnKafka("a topic that deletes beside compaction", (kafka) => {
  test("L5: rows whose newest record fell below the log start expire, subscribers see LEFT, and a replica that starts now has the same", async () => {
    const topic = kafka.newTopic();
    await kafka.client.createTopic(topic, 2, { configs: { "cleanup.policy": "compact,delete" } });
    const producer = await kafka.client.openProducer();
    const put = (partition: number, key: string, n: number) =>
      producer.send(topic, [{ partition, key, value: JSON.stringify({ n }) }]);
    for (const [n, key] of ["a", "b", "c", "a", "d"].entries()) await put(0, key, n);
    await put(1, "e", 0);
    const options = {
      sdl: `"An order." type Order @view(topic: "${topic}") { "Its id." id: ID! @key "A number." n: Int! @index }`,
      bootstrap: kafka.shared.bootstrap,
    };
    await using gateway = await SpawnedGateway.startLive(options);
    const subscriber = await gateway.subscribe(changes, "Order");
    await kafka.client.deleteRecords(topic, 0, 3);
    const left: unknown[] = [];
    while (left.length < 2) {
      const event = (await subscriber.next()) as { ordersChanged: { changes: readonly unknown[] } }; // as asked for
      left.push(...event.ordersChanged.changes);
    }
    expect(left).toEqual([
      { kind: "LEFT", id: "b" },
      { kind: "LEFT", id: "c" },
    ]);
    await using replica = await SpawnedGateway.startLive(options);
    const orders = "{ orders { totalCount nodes { id n } } }";
    expect(await gateway.query(orders)).toEqual({
      orders: {
        totalCount: 3,
        nodes: [
          { id: "a", n: 3 },
          { id: "d", n: 4 },
          { id: "e", n: 0 },
        ],
      },
    });
    expect(await replica.query(orders)).toEqual(await gateway.query(orders));
    const [old, young] = [await gateway.untilPhase("Order", "LIVE"), await replica.untilPhase("Order", "LIVE")];
    expect(old.partitions).toEqual(young.partitions);
    expect([old.entities, old.partitions[0]?.startOffset, old.generation]).toEqual([3, 3, 1]);
    await producer.close();
  });
});

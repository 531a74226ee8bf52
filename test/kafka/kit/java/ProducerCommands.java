import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producers, held open under a name. Records go out before a command answers; transactions stay open until told. */
final class ProducerCommands {
    private final Map<String, Producer<byte[], byte[]>> producers = new ConcurrentHashMap<>();
    private final Map<String, Transactions> transactions = new ConcurrentHashMap<>();

    private record Transactions(Admin admin, String id) { }

    void addTo(Map<String, Driver.Command> commands) {
        commands.put("openProducer", this::open);
        commands.put("begin", a -> { producer(a).beginTransaction(); return NullNode.instance; });
        commands.put("commit", a -> { producer(a).commitTransaction(); return awaitMarkers(a); });
        commands.put("abort", a -> { producer(a).abortTransaction(); return awaitMarkers(a); });
        commands.put("send", this::send);
        commands.put("generate", this::generate);
        commands.put("load", this::load);
        commands.put("closeProducer", this::close);
    }

    private JsonNode open(JsonNode a) {
        Map<String, Object> config = new java.util.HashMap<>(Driver.texts(a.get("configs")));
        config.put("bootstrap.servers", a.get("bootstrap").asText());
        config.putIfAbsent("reconnect.backoff.max.ms", "200");
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        String name = a.get("producer").asText();
        if (config.containsKey("transactional.id")) {
            producer.initTransactions();
            Admin admin = Admin.create(Map.of("bootstrap.servers", a.get("bootstrap").asText()));
            transactions.put(name, new Transactions(admin, config.get("transactional.id").toString()));
        }
        producers.put(name, producer);
        return NullNode.instance;
    }

    /** A transaction is decided before its markers are written; waits until they are, so that a reader that starts now finds them. */
    private JsonNode awaitMarkers(JsonNode a) throws Exception {
        Transactions own = transactions.get(a.get("producer").asText());
        for (;;) {
            switch (own.admin().describeTransactions(Set.of(own.id())).description(own.id()).get().state()) {
                case COMPLETE_COMMIT, COMPLETE_ABORT, EMPTY -> { return NullNode.instance; }
                default -> Thread.sleep(5);
            }
        }
    }

    /** Sends the records in order; returns [partition, offset] of each. */
    private JsonNode send(JsonNode a) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (JsonNode record : a.get("records")) sent.add(producer(a).send(read(a.get("topic").asText(), record)));
        producer(a).flush();
        ArrayNode offsets = Driver.JSON.createArrayNode();
        for (Future<RecordMetadata> one : sent) {
            offsets.addArray().add(one.get().partition()).add(one.get().offset());
        }
        return offsets;
    }

    /**
     * Sends `count` records: number n has key `k<n mod keys>`, goes to partition (n mod keys) mod partitions and holds
     * {"n":n,"pad":"xxx"} of `valueBytes` bytes; where n mod `tombstoneEvery` is its last value, a tombstone.
     */
    private JsonNode generate(JsonNode a) throws Exception {
        String topic = a.get("topic").asText();
        long first = a.path("first").asLong(0);
        long keys = a.get("keys").asLong();
        int partitions = a.path("partitions").asInt(1);
        int valueBytes = a.get("valueBytes").asInt();
        long tombstoneEvery = a.path("tombstoneEvery").asLong(0);
        Producer<byte[], byte[]> producer = producer(a);
        AtomicReference<Exception> failure = new AtomicReference<>();
        for (long n = first; n < first + a.get("count").asLong(); n++) {
            long key = n % keys;
            boolean isTombstone = tombstoneEvery > 0 && n % tombstoneEvery == tombstoneEvery - 1;
            producer.send(
                new ProducerRecord<>(
                    topic, (int) (key % partitions), ("k" + key).getBytes(StandardCharsets.UTF_8), isTombstone ? null : value(n, valueBytes)),
                (metadata, e) -> { if (e != null) failure.compareAndSet(null, e); });
        }
        producer.flush();
        if (failure.get() != null) throw failure.get();
        return NullNode.instance;
    }

    /** Sends all records of a file: of each the partition, the key's length, the key, the value's length, the value; numbers are int32. */
    private JsonNode load(JsonNode a) throws Exception {
        String topic = a.get("topic").asText();
        Producer<byte[], byte[]> producer = producer(a);
        AtomicReference<Exception> failure = new AtomicReference<>();
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Path.of(a.get("file").asText())));
        while (file.hasRemaining()) {
            producer.send(
                new ProducerRecord<>(topic, file.getInt(), readPart(file), readPart(file)),
                (metadata, e) -> { if (e != null) failure.compareAndSet(null, e); });
        }
        producer.flush();
        if (failure.get() != null) throw failure.get();
        return NullNode.instance;
    }

    private static byte[] readPart(ByteBuffer file) {
        byte[] part = new byte[file.getInt()];
        file.get(part);
        return part;
    }

    private JsonNode close(JsonNode a) {
        String name = a.get("producer").asText();
        producers.remove(name).close(Duration.ofSeconds(10));
        Transactions own = transactions.remove(name);
        if (own != null) own.admin().close();
        return NullNode.instance;
    }

    private Producer<byte[], byte[]> producer(JsonNode a) {
        Producer<byte[], byte[]> producer = producers.get(a.get("producer").asText());
        if (producer == null) throw new IllegalArgumentException("no producer " + a.get("producer").asText());
        return producer;
    }

    private static byte[] value(long n, int size) {
        String head = "{\"n\":" + n + ",\"pad\":\"";
        return (head + "x".repeat(Math.max(0, size - head.length() - 2)) + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> read(String topic, JsonNode record) throws Exception {
        List<org.apache.kafka.common.header.Header> headers = new ArrayList<>();
        for (JsonNode header : record.path("headers")) {
            headers.add(new RecordHeader(header.get(0).asText(), bytes(header.get(1))));
        }
        return new ProducerRecord<>(
            topic,
            record.has("partition") ? Integer.valueOf(record.get("partition").asInt()) : null,
            record.has("timestamp") ? Long.valueOf(record.get("timestamp").asLong()) : null,
            bytes(record.get("key")),
            bytes(record.get("value")),
            headers);
    }

    /** Bytes travel as base64; null is null. */
    private static byte[] bytes(JsonNode node) throws Exception {
        return node == null || node.isNull() ? null : node.binaryValue();
    }
}

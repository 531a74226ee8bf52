import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.tools.DumpLogSegments;

/** The judge: what Kafka's own consumer and its own log dump see. */
final class ReadCommands {
    private static final class PartitionTruth {
        long records = 0;
        final CRC32 crc = new CRC32();
        final Map<String, String> live = new TreeMap<>();
    }

    void addTo(Map<String, Driver.Command> commands) {
        commands.put("fold", this::fold);
        commands.put("dumpLog", this::dumpLog);
    }

    /** Reads a topic from its start to its present end; per partition: records, a checksum of them all in order, and the last record of each live key. */
    private JsonNode fold(JsonNode a) {
        Map<String, Object> config = new HashMap<>(Driver.texts(a.get("configs")));
        config.put("bootstrap.servers", a.get("bootstrap").asText());
        config.put("isolation.level", a.path("isolation").asText("read_committed"));
        config.put("auto.offset.reset", "none");
        config.put("enable.auto.commit", "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            String topic = a.get("topic").asText();
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition())).toList();
            consumer.assign(partitions);
            consumer.beginningOffsets(partitions).forEach(consumer::seek);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<TopicPartition, PartitionTruth> truths = new HashMap<>();
            partitions.forEach(partition -> truths.put(partition, new PartitionTruth()));
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    add(record, truths.get(new TopicPartition(topic, record.partition())));
                }
            }
            ObjectNode result = Driver.JSON.createObjectNode();
            truths.forEach((partition, truth) -> {
                ObjectNode one = result.putObject(String.valueOf(partition.partition()));
                one.put("position", consumer.position(partition)).put("records", truth.records).put("checksum", truth.crc.getValue());
                ObjectNode live = one.putObject("live");
                truth.live.forEach(live::put);
            });
            return result;
        }
    }

    private static void add(ConsumerRecord<byte[], byte[]> record, PartitionTruth truth) {
        truth.records++;
        truth.crc.update(ByteBuffer.allocate(16).putLong(record.offset()).putLong(record.timestamp()).flip());
        update(truth.crc, record.key());
        update(truth.crc, record.value());
        for (Header header : record.headers()) {
            update(truth.crc, header.key().getBytes(StandardCharsets.UTF_8));
            update(truth.crc, header.value());
        }
        if (record.key() == null) return;
        String key = new String(record.key(), StandardCharsets.ISO_8859_1);
        if (record.value() == null) {
            truth.live.remove(key);
        } else {
            CRC32 value = new CRC32();
            value.update(record.value());
            truth.live.put(key, record.offset() + ":" + value.getValue());
        }
    }

    /** Length, -1 for null, then the bytes. */
    private static void update(CRC32 crc, byte[] bytes) {
        crc.update(ByteBuffer.allocate(4).putInt(bytes == null ? -1 : bytes.length).flip());
        if (bytes != null) crc.update(bytes);
    }

    /** What DumpLogSegments prints of these files. */
    private synchronized JsonNode dumpLog(JsonNode a) throws Exception {
        PrintStream before = System.out;
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        System.setOut(new PrintStream(text, true, StandardCharsets.UTF_8));
        try {
            DumpLogSegments.main(new String[] {"--files", a.get("files").asText()});
        } finally {
            System.setOut(before);
        }
        return Driver.JSON.getNodeFactory().textNode(text.toString(StandardCharsets.UTF_8));
    }
}

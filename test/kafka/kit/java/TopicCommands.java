import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Topics: made, changed, removed and described. Each command returns once the change is visible in the metadata. */
final class TopicCommands {
    private final Map<String, Admin> admins = new ConcurrentHashMap<>();

    void addTo(Map<String, Driver.Command> commands) {
        commands.put("createTopic", this::createTopic);
        commands.put("deleteTopic", this::deleteTopic);
        commands.put("createPartitions", this::createPartitions);
        commands.put("deleteRecords", this::deleteRecords);
        commands.put("alterConfigs", this::alterConfigs);
        commands.put("reassign", this::reassign);
        commands.put("describeTopic", this::describeTopic);
        commands.put("bounds", this::bounds);
    }

    private Admin admin(JsonNode arguments) {
        return admins.computeIfAbsent(
            arguments.get("bootstrap").asText(),
            bootstrap -> Admin.create(Map.of("bootstrap.servers", bootstrap, "reconnect.backoff.max.ms", "200")));
    }

    private JsonNode createTopic(JsonNode a) throws Exception {
        String topic = a.get("topic").asText();
        NewTopic wanted;
        if (a.has("replicas")) {
            List<Integer> replicas = new ArrayList<>();
            a.get("replicas").forEach(id -> replicas.add(id.asInt()));
            Map<Integer, List<Integer>> assignment = new HashMap<>();
            for (int p = 0; p < a.get("partitions").asInt(); p++) assignment.put(p, replicas);
            wanted = new NewTopic(topic, assignment);
        } else {
            wanted = new NewTopic(topic, Optional.of(a.get("partitions").asInt()), Optional.empty());
        }
        wanted.configs(Driver.texts(a.get("configs")));
        for (;;) {
            try {
                admin(a).createTopics(Set.of(wanted)).all().get();
                break;
            } catch (ExecutionException e) {
                // Right after a deletion the name may still be taken for a moment.
                if (!(e.getCause() instanceof TopicExistsException) || !a.path("afterDeletion").asBoolean()) throw e;
                Thread.sleep(20);
            }
        }
        awaitPartitions(a, a.get("partitions").asInt());
        return NullNode.instance;
    }

    private JsonNode deleteTopic(JsonNode a) throws Exception {
        admin(a).deleteTopics(Set.of(a.get("topic").asText())).all().get();
        while (describe(a) != null) Thread.sleep(20);
        return NullNode.instance;
    }

    private JsonNode createPartitions(JsonNode a) throws Exception {
        int count = a.get("partitions").asInt();
        admin(a).createPartitions(Map.of(a.get("topic").asText(), NewPartitions.increaseTo(count))).all().get();
        awaitPartitions(a, count);
        return NullNode.instance;
    }

    private JsonNode deleteRecords(JsonNode a) throws Exception {
        RecordsToDelete before = RecordsToDelete.beforeOffset(a.get("beforeOffset").asLong());
        admin(a).deleteRecords(Map.of(partition(a), before)).all().get();
        return NullNode.instance;
    }

    private JsonNode alterConfigs(JsonNode a) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, a.get("topic").asText());
        List<AlterConfigOp> changes = new ArrayList<>();
        Driver.texts(a.get("configs"))
            .forEach((name, value) -> changes.add(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET)));
        admin(a).incrementalAlterConfigs(Map.of(resource, changes)).all().get();
        return NullNode.instance;
    }

    /** Moves a partition to one node and waits until that node leads it. */
    private JsonNode reassign(JsonNode a) throws Exception {
        int node = a.get("node").asInt();
        admin(a).alterPartitionReassignments(
            Map.of(partition(a), Optional.of(new NewPartitionReassignment(List.of(node))))).all().get();
        for (;;) {
            boolean done = admin(a).listPartitionReassignments().reassignments().get().isEmpty();
            TopicPartitionInfo info = describe(a).partitions().get(a.get("partition").asInt());
            if (done && info.leader() != null && info.leader().id() == node) return NullNode.instance;
            Thread.sleep(20);
        }
    }

    private JsonNode describeTopic(JsonNode a) throws Exception {
        TopicDescription description = describe(a);
        if (description == null) return NullNode.instance;
        return Driver.JSON.createObjectNode()
            .put("topicId", description.topicId().toString())
            .put("partitions", description.partitions().size());
    }

    /** Start, last stable offset, high watermark and leader epoch of every partition. */
    private JsonNode bounds(JsonNode a) throws Exception {
        Map<TopicPartition, ListOffsetsResultInfo> start = offsets(a, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, ListOffsetsResultInfo> stable = offsets(a, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, ListOffsetsResultInfo> end = offsets(a, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        ArrayNode bounds = Driver.JSON.createArrayNode();
        for (int p = 0; p < start.size(); p++) {
            TopicPartition partition = new TopicPartition(a.get("topic").asText(), p);
            bounds.addObject()
                .put("partition", p)
                .put("startOffset", start.get(partition).offset())
                .put("lastStableOffset", stable.get(partition).offset())
                .put("highWatermark", end.get(partition).offset())
                .put("leaderEpoch", end.get(partition).leaderEpoch().orElse(-1));
        }
        return bounds;
    }

    private Map<TopicPartition, ListOffsetsResultInfo> offsets(JsonNode a, OffsetSpec spec, IsolationLevel isolation)
            throws Exception {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        int partitions = describe(a).partitions().size();
        for (int p = 0; p < partitions; p++) wanted.put(new TopicPartition(a.get("topic").asText(), p), spec);
        return admin(a).listOffsets(wanted, new ListOffsetsOptions(isolation)).all().get();
    }

    private void awaitPartitions(JsonNode a, int count) throws Exception {
        for (;;) {
            TopicDescription found = describe(a);
            if (found != null
                && found.partitions().size() == count
                && found.partitions().stream().allMatch(info -> info.leader() != null && !info.leader().isEmpty())) return;
            Thread.sleep(20);
        }
    }

    private TopicDescription describe(JsonNode a) throws Exception {
        String topic = a.get("topic").asText();
        try {
            return admin(a).describeTopics(Set.of(topic)).allTopicNames().get().get(topic);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) return null;
            throw e;
        }
    }

    private static TopicPartition partition(JsonNode a) {
        return new TopicPartition(a.get("topic").asText(), a.get("partition").asInt());
    }
}

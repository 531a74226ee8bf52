import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Kafka's own clients, driven over standard input: a JSON object a line with `id`, `command` and its arguments; a
 * line of answer each, `{"id", "result"}` or `{"id", "error"}`, in the order in which they are done.
 */
public final class Driver {
    static final ObjectMapper JSON = new ObjectMapper();

    interface Command {
        JsonNode run(JsonNode arguments) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        PrintStream answers = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Map<String, Command> commands = new HashMap<>();
        new TopicCommands().addTo(commands);
        new ProducerCommands().addTo(commands);
        new ReadCommands().addTo(commands);
        ExecutorService threads = Executors.newCachedThreadPool();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode request = JSON.readTree(line);
            threads.execute(() -> answer(request, commands, answers));
        }
        System.exit(0); // no halt: libraries that were unpacked into the folder for temporary files are removed
    }

    private static void answer(JsonNode request, Map<String, Command> commands, PrintStream answers) {
        ObjectNode answer = JSON.createObjectNode().put("id", request.get("id").asInt());
        String name = request.get("command").asText();
        try {
            Command command = commands.get(name);
            if (command == null) throw new IllegalArgumentException("no such command");
            answer.set("result", command.run(request));
        } catch (Throwable e) {
            Throwable cause = e instanceof java.util.concurrent.ExecutionException && e.getCause() != null ? e.getCause() : e;
            answer.put("error", name + ": " + cause);
        }
        synchronized (answers) {
            answers.println(answer);
            answers.flush();
        }
    }

    /** An object's members as text, for configurations. */
    static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        if (object != null) object.properties().forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        return texts;
    }
}

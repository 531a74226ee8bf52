import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Formats the data directory, unless it is formatted, and runs a Kafka node in the same JVM. Ends with its parent:
 * at the end of standard input it halts, so that no broker outlives a test process that was killed.
 *
 * Arguments: server.properties, cluster id, then further arguments for `format` (--add-scram ...).
 */
public final class BrokerMain {
    public static void main(String[] args) throws Exception {
        Thread watchdog = new Thread(BrokerMain::haltAtEndOfInput, "parent-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();

        List<String> format = new ArrayList<>(
            List.of("format", "--ignore-formatted", "--config=" + args[0], "--cluster-id=" + args[1])); // an id may begin with a dash
        format.addAll(List.of(args).subList(2, args.length));
        int status = kafka.tools.StorageTool.execute(format.toArray(String[]::new), System.err);
        if (status != 0) System.exit(status);
        kafka.Kafka.main(new String[] {args[0]});
    }

    private static void haltAtEndOfInput() {
        try {
            while (System.in.read() != -1) { }
        } catch (IOException e) {
            // The pipe is broken: the parent is gone, too.
        }
        Runtime.getRuntime().halt(1);
    }
}

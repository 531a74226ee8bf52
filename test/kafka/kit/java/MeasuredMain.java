import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/**
 * Runs the main class named first with the arguments after it, and says at the end of the process what it used: a last
 * line on standard error, MEASURED and a JSON object with `startCpuMs` (when that class was about to start), `cpuMs` (user
 * and system, all of the process) and `peakRssBytes` (0 where the system does not tell). Ends with its parent, at the
 * end of standard input.
 */
public final class MeasuredMain {
    public static void main(String[] args) throws Throwable {
        Thread watchdog = new Thread(MeasuredMain::haltAtEndOfInput, "parent-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        long startCpuMs = cpuMs();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.err.printf(
            "%nMEASURED {\"startCpuMs\":%d,\"cpuMs\":%d,\"peakRssBytes\":%d}%n", startCpuMs, cpuMs(), peakRssBytes())));
        try {
            Class.forName(args[0])
                .getMethod("main", String[].class)
                .invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static long cpuMs() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
    }

    private static long peakRssBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmHWM:")) return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        } catch (IOException e) {
            // Not Linux: nothing to tell.
        }
        return 0;
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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A client of Encontro's registry, to learn from and to build on. The protocol: PROTOCOL.md.
 *
 * <pre>java Encontro.java HOST PORT NAME CALL_PORT</pre>
 *
 * It registers, tells who comes and goes, answers every call, and comes back when the connection is lost.
 * Java 17 or later.
 */
public class Encontro {
    /** Of silence before the registry is asked whether it is still there. */
    static final int QUIET_SECONDS = 30;
    static final double FIRST_WAIT_SECONDS = 1;
    static final double LONGEST_WAIT_SECONDS = 30;

    /** What passes by itself. After any other refusal of the registration another try is of no use. */
    static final Set<String> PASSING = Set.of(
            "already-registered", "too-fast", "connecting-too-fast", "too-many-connections", "too-many-from-address");

    static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    /** The connection that is open, if one is. */
    static volatile Encontro current;

    final Socket socket;
    /** The requests that have no reply yet. Replies come in the order of the requests. */
    final Queue<String> asked = new ConcurrentLinkedQueue<>();
    boolean registered = false;

    Encontro(Socket socket) {
        this.socket = socket;
    }

    public static void main(String[] words) throws InterruptedException {
        if (words.length != 4) {
            System.err.println("java Encontro.java HOST PORT NAME CALL_PORT");
            System.exit(1);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(Encontro::leave));
        double wait = FIRST_WAIT_SECONDS;
        while (true) {
            if (stay(words[0], Integer.parseInt(words[1]), words[2], words[3])) wait = FIRST_WAIT_SECONDS;
            // By chance, so that not all clients of a registry come back at the same moment.
            Thread.sleep((long) (wait * (500 + Math.random() * 500)));
            wait = Math.min(wait * 2, LONGEST_WAIT_SECONDS);
        }
    }

    /** Ctrl-C. The others see at once that it was on purpose. Then the registry closes. */
    static void leave() {
        try {
            if (current != null) current.ask("quit");
            for (int tries = 0; current != null && tries < 200; tries++) Thread.sleep(10);
        } catch (IOException | InterruptedException gone) {
            // Then there is nobody to tell.
        }
    }

    /** One connection, from its beginning to its end. Whether it was registered. */
    static boolean stay(String host, int port, String name, String callPort) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), QUIET_SECONDS * 1000);
            socket.setSoTimeout(QUIET_SECONDS * 1000);
            var connection = new Encontro(socket);
            current = connection;
            out.println("connected");
            try {
                connection.ask("register", name, callPort);
                connection.listen();
            } catch (IOException lost) {
                // A reset, or a refusal that passes, is an end like any other.
            }
            out.println("disconnected");
            current = null;
            return connection.registered;
        } catch (IOException unreachable) {
            return false;
        }
    }

    synchronized void ask(String... fields) throws IOException {
        asked.add(fields[0]);
        socket.getOutputStream().write((String.join(",", fields) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** One read may bring half a line, or forty: they are cut at each newline. */
    void listen() throws IOException {
        var line = new ByteArrayOutputStream();
        var bytes = new byte[4096];
        while (true) {
            int count = 0;
            try {
                count = socket.getInputStream().read(bytes);
            } catch (SocketTimeoutException quiet) {
                if (asked.contains("ping")) return; // It did not answer. It is gone.
                ask("ping");
            }
            if (count < 0) return;
            for (int index = 0; index < count; index++) {
                if (bytes[index] != '\n') {
                    line.write(bytes[index]);
                } else {
                    hear(line.toString(StandardCharsets.UTF_8).split(",", -1));
                    line.reset();
                }
            }
        }
    }

    void hear(String[] fields) throws IOException {
        var kind = fields[0];
        if (kind.startsWith("*")) {
            // `watch` has no line of its own: the first of the state answers it.
            var state = kind.equals("*here") || kind.equals("*synced");
            if (state && "watch".equals(asked.peek())) asked.remove();
            pushed(kind, fields);
        } else if (!asked.isEmpty()) {
            replied(asked.remove(), fields);
        }
    }

    /** What the registry says unasked. Unknown kinds, and further fields, are of later versions: skip them. */
    void pushed(String kind, String[] fields) throws IOException {
        var what = kind.substring(1);
        switch (kind) {
            case "*here", "*joined" -> out.println(what + ": " + fields[1] + " at " + fields[2] + ", port " + fields[3]);
            case "*synced" -> out.println("synced: " + fields[1]);
            case "*left", "*ready", "*busy", "*free", "*missed" ->
                out.println(what + ": " + fields[1] + " at " + fields[2]);
            case "*call" -> {
                out.println("call from " + fields[2] + " at " + fields[3]);
                ask("accept", fields[1]);
            }
            case "*signal" -> {
                var signal = Base64.getUrlDecoder().decode(fields[2]);
                out.println("signal: " + new String(signal, StandardCharsets.UTF_8));
            }
            case "*ended" -> out.println("call ended: " + fields[2]);
            case "*bye" -> out.println("bye: " + fields[1]);
            default -> { }
        }
    }

    /** The reply to the request `verb`. */
    void replied(String verb, String[] fields) throws IOException {
        if (fields[0].equals("error")) {
            // The text is for people. The code is for programs.
            var code = fields.length > 2 ? fields[2] : "unknown";
            out.println("refused: " + verb + " " + code);
            if (!verb.equals("register")) return;
            if (PASSING.contains(code)) throw new IOException(code); // Once more, after a wait.
            current = null;
            System.exit(1);
        }
        switch (verb) {
            case "register" -> {
                registered = true;
                out.println("registered");
                ask("list");
                ask("watch");
                ask("ready");
            }
            case "list" -> out.println("online: " + String.join(", ", fields));
            case "ready" -> out.println("taking calls");
            case "accept" -> {
                out.println("accepted");
                var text = "{\"text\":\"Olá!\"}".getBytes(StandardCharsets.UTF_8);
                ask("signal", fields[1], Base64.getUrlEncoder().withoutPadding().encodeToString(text));
            }
            default -> { }
        }
    }
}

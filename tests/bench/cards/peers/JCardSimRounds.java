// How fast jCardSim answers in its own process: a line on stdin is one round, its rate on stdout.
// What counts is the processor time of the one thread that asks.
//   java -cp JCARDSIM -Dcard.name=AID -Dcard.fci=… -Dcard.file=… JCardSimRounds.java MILLISECONDS
//   line in   command=expected answer, both in hex
//   line out  commands a second
import com.licel.jcardsim.base.Simulator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javacard.framework.AID;
import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.Util;

public final class JCardSimRounds {
  private static final byte[] NAME =
      HexFormat.of().parseHex(System.getProperty("card.name"));
  private static final byte[] FCI = HexFormat.of().parseHex(System.getProperty("card.fci"));
  private static final byte[] FILE = HexFormat.of().parseHex(System.getProperty("card.file"));

  /** Answers as the card beside it: its FCI to SELECT, bytes of one file to READ BINARY. */
  public static final class OneFile extends Applet {
    private static final byte READ_BINARY = (byte) 0xB0;

    public static void install(byte[] parameters, short offset, byte length) {
      new OneFile().register();
    }

    @Override
    public void process(APDU apdu) {
      if (selectingApplet()) {
        answer(apdu, FCI, (short) 0, (short) FCI.length);
        return;
      }
      byte[] header = apdu.getBuffer();
      if (header[ISO7816.OFFSET_INS] != READ_BINARY)
        ISOException.throwIt(ISO7816.SW_INS_NOT_SUPPORTED);
      short offset = (short) (header[ISO7816.OFFSET_P2] & 0xFF);
      short wanted = apdu.setOutgoing();
      if (offset + wanted > FILE.length) ISOException.throwIt(ISO7816.SW_WRONG_P1P2);
      send(apdu, FILE, offset, wanted);
    }

    private static void answer(APDU apdu, byte[] from, short offset, short count) {
      apdu.setOutgoing();
      send(apdu, from, offset, count);
    }

    private static void send(APDU apdu, byte[] from, short offset, short count) {
      Util.arrayCopyNonAtomic(from, offset, apdu.getBuffer(), (short) 0, count);
      apdu.setOutgoingLength(count);
      apdu.sendBytes((short) 0, count);
    }
  }

  private static final int AT_A_TIME = 64;

  private JCardSimRounds() {}

  /** What the simulator prints goes to stderr. */
  private static PrintStream rates() {
    PrintStream stdout = System.out;
    System.setOut(System.err);
    return stdout;
  }

  private static double round(Simulator card, byte[] command, byte[] expected, long nanoseconds) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long start = clock.getCurrentThreadCpuTime();
    long elapsed = 0;
    long done = 0;
    while (elapsed < nanoseconds) {
      for (int i = 0; i < AT_A_TIME; ++i)
        if (!Arrays.equals(card.transmitCommand(command), expected))
          throw new IllegalStateException("a wrong answer");
      done += AT_A_TIME;
      elapsed = clock.getCurrentThreadCpuTime() - start;
    }
    return done * 1e9 / elapsed;
  }

  public static void main(String[] arguments) throws IOException {
    long nanoseconds = Long.parseLong(arguments[0]) * 1_000_000;
    PrintStream rates = rates();
    Simulator card = new Simulator();
    AID name = new AID(NAME, (short) 0, (byte) NAME.length);
    card.installApplet(name, OneFile.class);
    card.selectApplet(name);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] halves = line.split("=");
      byte[] command = HexFormat.of().parseHex(halves[0]);
      byte[] expected = HexFormat.of().parseHex(halves[1]);
      rates.println(round(card, command, expected, nanoseconds));
    }
  }
}

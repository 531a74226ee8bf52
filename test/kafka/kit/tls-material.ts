import { join } from "node:path";
import { runCommand } from "./run-command.ts";

const keyStorePassword = "test-only";

/** A key with a certificate that signs itself, for 127.0.0.1 and localhost. */
export interface TlsMaterial {
  /** PKCS#12 file with key and certificate, for a broker. */
  readonly keyStore: string;
  readonly keyStorePassword: string;
  /** PEM of the certificate: what a client trusts. */
  readonly certificate: string;
}

/** Makes new material in a folder by the JDK's own keytool. */
export async function createTlsMaterial(folder: string): Promise<TlsMaterial> {
  const keyStore = join(folder, "broker.p12");
  const store = ["-keystore", keyStore, "-storetype", "PKCS12", "-storepass", keyStorePassword, "-alias", "broker"];
  await runCommand("keytool", [
    "-genkeypair",
    ...store,
    ...["-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"],
    ...["-dname", "CN=127.0.0.1", "-ext", "san=ip:127.0.0.1,dns:localhost"],
  ]);
  return { keyStore, keyStorePassword, certificate: await runCommand("keytool", ["-exportcert", "-rfc", ...store]) };
}

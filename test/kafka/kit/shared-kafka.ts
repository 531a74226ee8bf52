/** What the tests of a run know of the broker that they share. */
export type SharedKafka =
  | { readonly missing: string }
  | {
      readonly missing?: undefined;
      readonly bootstrap: string;
      readonly saslSslBootstrap: string;
      /** PEM of the certificate of the listener SASL_SSL. */
      readonly certificate: string;
      readonly dataFolder: string;
      /** Where the listener PROXIED listens, and where it sends its clients. */
      readonly proxiedPort: number;
      readonly advertisedProxyPort: number;
    };

declare module "vitest" {
  interface ProvidedContext {
    readonly sharedKafka: SharedKafka;
  }
}

/** Users of the listener SASL_SSL, with their passwords. */
export const kafkaUsers = { alice: "alice-secret", bob: "bob-secret" } as const;

/** How long a login by PLAIN holds at that listener; then the client must log in again on the same connection. */
export const plainSessionMs = 2500;

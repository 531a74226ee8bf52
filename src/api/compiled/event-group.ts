import type { ChangeSet } from "../../view/change-set.ts";

/** One of those that have equal events. */
export interface GroupMember<Payload> {
  /** It does not want what it has asked for any more. */
  readonly isOver: boolean;
  receive(payload: Payload): void;
  fail(error: unknown): void;
}

export interface EventGroupParts<Payload> {
  readonly evaluate: (set: ChangeSet) => Payload | Promise<Payload>;
  /** Called with the first set after `evaluateDue`. */
  readonly onDue: (group: EventGroup<Payload>) => void;
  /** Called when the last member has left. */
  readonly onEmpty: () => void;
}

type Evaluated<Payload> = { readonly payload: Payload | Promise<Payload> } | { readonly error: unknown };

interface DueEvent<Payload> {
  readonly member: GroupMember<Payload>;
  readonly set: ChangeSet;
}

/** Subscriptions with equal events: whoever takes the same change set gets the same payload. */
export class EventGroup<Payload> {
  readonly #parts: EventGroupParts<Payload>;
  #members = 0;
  #due: Array<DueEvent<Payload>> = [];

  constructor(parts: EventGroupParts<Payload>) {
    this.#parts = parts;
  }

  join(): void {
    this.#members += 1;
  }

  leave(): void {
    this.#members -= 1;
    if (this.#members === 0) this.#parts.onEmpty();
  }

  /** Notes that a member has taken a set, to be evaluated before the macrotask ends. */
  add(member: GroupMember<Payload>, set: ChangeSet): void {
    if (this.#due.push({ member, set }) === 1) this.#parts.onDue(this);
  }

  /** Evaluates what was noted, each set once, and hands it out in the order of noting. Says how often it did which. Never throws. */
  evaluateDue(): { readonly evaluations: number; readonly messages: number } {
    const due = this.#due;
    this.#due = [];
    const evaluated = new Map<ChangeSet, Evaluated<Payload>>();
    let messages = 0;
    for (const { member, set } of due) {
      if (member.isOver) continue;
      messages += 1;
      let outcome = evaluated.get(set);
      if (outcome === undefined) {
        outcome = this.#evaluate(set);
        evaluated.set(set, outcome);
      }
      hand(outcome, member);
    }
    return { evaluations: evaluated.size, messages };
  }

  /** A defect ends those whose event it was, and nothing else. */
  #evaluate(set: ChangeSet): Evaluated<Payload> {
    try {
      return { payload: this.#parts.evaluate(set) };
    } catch (error) {
      return { error };
    }
  }
}

function hand<Payload>(evaluated: Evaluated<Payload>, member: GroupMember<Payload>): void {
  if ("error" in evaluated) member.fail(evaluated.error);
  else if (evaluated.payload instanceof Promise) {
    void evaluated.payload.then(
      (payload) => member.receive(payload),
      (error: unknown) => member.fail(error),
    );
  } else member.receive(evaluated.payload);
}

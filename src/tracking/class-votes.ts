export interface VoteRules {
  /** Votes that a class needs to be settled, and those that it must be ahead of the next. */
  minimum: number;
  lead: number;
  /** Votes in a row for another class that change a settled one. */
  switchAfter: number;
}

export interface Vote {
  class: string;
  classId: number;
  confidence: number;
}

/** The class of one object by the votes of its sights. A settled class goes by the mean confidence of its votes. */
export class ClassVotes {
  private readonly tallies = new Map<string, Tally>();
  private settled: Tally | null = null;
  private challenger: Tally | null = null;

  get isSettled(): boolean {
    return this.settled !== null;
  }

  /** The settled class, null before there is one. */
  get verdict(): Vote | null {
    const { settled } = this;
    if (settled === null) return null;
    const { class: name, classId, votes, confidence } = settled;
    return { class: name, classId, confidence: Math.min(1, confidence / Math.max(votes, 1)) };
  }

  /** Takes a sight; null for one that is too uncertain to count. */
  take(vote: Vote | null, rules: VoteRules): void {
    if (this.settled !== null) this.challenge(vote, this.settled, rules);
    else {
      if (vote !== null) count(this.tallyOf(vote), vote);
      this.settle(rules);
    }
  }

  private tallyOf(vote: Vote): Tally {
    const tally = this.tallies.get(vote.class) ?? begun(vote);
    this.tallies.set(vote.class, tally);
    return tally;
  }

  private settle({ minimum, lead }: VoteRules): void {
    const [first, second] = [...this.tallies.values()].sort((a, b) => b.votes - a.votes);
    if (first === undefined || first.votes < minimum || first.votes - (second?.votes ?? 0) < lead) return;
    this.settled = first;
    this.tallies.clear();
  }

  /** A challenger has only the votes of its row; anything else ends the row. */
  private challenge(vote: Vote | null, settled: Tally, { switchAfter }: VoteRules): void {
    if (vote === null || vote.class === settled.class) {
      this.challenger = null;
      return;
    }
    if (this.challenger?.class !== vote.class) this.challenger = begun(vote);
    count(this.challenger, vote);
    if (this.challenger.votes < switchAfter) return;
    this.settled = this.challenger;
    this.challenger = null;
  }
}

interface Tally {
  class: string;
  classId: number;
  votes: number;
  /** Sum over the votes. */
  confidence: number;
}

function begun({ class: name, classId }: Vote): Tally {
  return { class: name, classId, votes: 0, confidence: 0 };
}

function count(tally: Tally, { classId, confidence }: Vote): void {
  tally.votes++;
  tally.confidence += confidence;
  tally.classId = classId;
}

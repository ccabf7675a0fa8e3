------------------------------ MODULE Bootstrap ------------------------------
(* How memory-only nodes turn one static list of names into ONE cluster, though any of them may     *)
(* restart (and forget everything) at any moment, and though messages are delayed, repeated or lost.*)
(*                                                                                                  *)
(* A process is (name, incarnation). A restart, or giving up a lock, draws the next incarnation.    *)
(* In one incarnation a process only ever moves  empty -> locked(x) -> member(x)  or                *)
(* empty -> member(x), for one cluster x: it never locks twice.                                     *)
(*                                                                                                  *)
(* The Raft inside a cluster is abstracted to: it can commit, or swap a member, when a majority of  *)
(* its configuration is alive and taking part. Swap.tla opens that box.                             *)
(*                                                                                                  *)
(* Messages are facts that stay true once sent (heard, said, prop, begun): whoever may read them    *)
(* may do so at any later time, often or never. That is delay, reordering, repetition and loss.     *)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
  List,          \* the names of the static list, e.g. {a, b, c}
  Extra,         \* names that are only ever added by hand
  Coordinators,  \* who may propose; the code lets one do it, the first name of the list
  MaxCrash,      \* bound: crashes with loss of memory, all names together
  MaxInc,        \* bound: incarnations of one name (crashes and given-up locks)
  MaxId,         \* bound: proposals, so cluster ids
  Promise,       \* TRUE: agreeing to a proposal locks the node, and a cluster begins on such locks.
                 \* FALSE: a report "I am empty" is enough, and nobody promises anything
  Unanimous,     \* TRUE: every name must have answered.   FALSE: a majority is enough
  Successors,    \* TRUE: where a listed incarnation is gone, its successor's "empty" will do.
                 \* FALSE: every listed incarnation must have locked itself (plain two-phase commit)
  Patient,       \* TRUE: a lock is given up only when the majority is lost.   FALSE: at any time
  FullHouse,     \* TRUE: the first write needs every name of the list.   FALSE: a majority is enough
  GuardGrowth    \* TRUE: voters from outside the list may never be a majority

Names == List \cup Extra
Ids   == 1..MaxId

VARIABLES
  inc,      \* inc[n]: the incarnation now running under the name n (one process per name)
  mode,     \* mode[n]: "empty", "locked" or "member"
  home,     \* home[n]: the cluster that it is locked into or a member of; 0 if empty
  holds,    \* holds[n]: it holds committed state of its cluster
  crashes,  \* how many crashes there were
  heard,    \* heard[c][m]: incarnations of m that told the running incarnation of c "I am empty"
  nextId,   \* the cluster id that the next proposal takes (random in reality)
  prop,     \* prop[x][m]: the incarnation of m that proposal x lists; 0 where there is none
  said,     \* said[x][m]: what the name m has answered when asked about x: "in", "empty", "lost"
  begun,    \* begun[x]: some node has begun x, so messages of x are under way
  opened,   \* opened[x]: x has committed a first write
  cfg       \* cfg[x][m]: the incarnation that is x's voter called m; 0 if m is not a voter of x

vars  == <<inc, mode, home, holds, crashes, heard, nextId, prop, said, begun, opened, cfg>>
procs == <<inc, mode, home, holds, crashes, heard>>        \* what restarts touch
boot  == <<nextId, prop, said, begun, opened>>             \* what belongs to proposals

IsMajority(S, of)  == 2 * Cardinality(S) > Cardinality(of)
Proposed(x)        == x < nextId
Voters(x)          == {n \in Names : cfg[x][n] # 0}
Working(x)         == {n \in Voters(x) : inc[n] = cfg[x][n] /\ mode[n] = "member" /\ home[n] = x}
CanCommit(x)       == Proposed(x) /\ IsMajority(Working(x), Voters(x))

Init ==
  /\ inc = [n \in Names |-> 1]
  /\ mode = [n \in Names |-> "empty"]
  /\ home = [n \in Names |-> 0]
  /\ holds = [n \in Names |-> FALSE]
  /\ crashes = 0
  /\ heard = [c \in Coordinators |-> [m \in List |-> {}]]
  /\ nextId = 1
  /\ prop = [x \in Ids |-> [m \in List |-> 0]]
  /\ said = [x \in Ids |-> [m \in List |-> {}]]
  /\ begun = [x \in Ids |-> FALSE]
  /\ opened = [x \in Ids |-> FALSE]
  /\ cfg = [x \in Ids |-> [n \in Names |-> 0]]

------------------------------------------------------------------------------
(* A new incarnation of n: everything is forgotten. Answers that were on their way to the old one   *)
(* are addressed to it, so they are refused: heard[n] starts anew.                                  *)
Reborn(n) ==
  /\ inc[n] < MaxInc
  /\ inc' = [inc EXCEPT ![n] = @ + 1]
  /\ mode' = [mode EXCEPT ![n] = "empty"]
  /\ home' = [home EXCEPT ![n] = 0]
  /\ holds' = [holds EXCEPT ![n] = FALSE]
  /\ heard' = [c \in Coordinators |-> IF c = n THEN [m \in List |-> {}] ELSE heard[c]]
  /\ UNCHANGED cfg /\ UNCHANGED boot

Crash(n) == crashes < MaxCrash /\ crashes' = crashes + 1 /\ Reborn(n)

------------------------------------------------------------------------------
(* Round 1. The coordinator asks everyone; whoever is empty says so, with its incarnation.          *)
Report(m, c) ==
  /\ m # c /\ mode[c] = "empty" /\ mode[m] = "empty"
  /\ inc[m] \notin heard[c][m]
  /\ heard' = [heard EXCEPT ![c][m] = @ \cup {inc[m]}]
  /\ UNCHANGED <<inc, mode, home, holds, crashes, cfg>> /\ UNCHANGED boot

(* The coordinator, itself empty, has heard from all: it draws a cluster id, lists the incarnations *)
(* (which may be out of date by now), and locks itself.                                             *)
Propose(c) ==
  LET told == {m \in List : m = c \/ heard[c][m] # {}}
      pick == {f \in [List -> 0..MaxInc] :
                 /\ f[c] = inc[c]
                 /\ \A m \in List \ {c} : IF m \in told THEN f[m] \in heard[c][m] ELSE f[m] = 0}
      x    == nextId
  IN /\ mode[c] = "empty" /\ x <= MaxId
     /\ IF Unanimous THEN told = List ELSE IsMajority(told, List)
     /\ \E f \in pick :
          /\ prop' = [prop EXCEPT ![x] = f]
          /\ cfg' = [cfg EXCEPT ![x] = [n \in Names |-> IF n \in List THEN f[n] ELSE 0]]
     /\ nextId' = x + 1
     /\ mode' = [mode EXCEPT ![c] = IF Promise THEN "locked" ELSE "member"]
     /\ home' = [home EXCEPT ![c] = x]
     /\ begun' = [begun EXCEPT ![x] = ~Promise]
     /\ said' = [said EXCEPT ![x][c] = {"in"}]
     /\ heard' = [heard EXCEPT ![c] = [m \in List |-> {}]]
     /\ UNCHANGED <<inc, holds, crashes, opened>>

(* Round 2. Proposal x reaches m. The listed incarnation, if still empty, locks itself into x.      *)
Accept(m, x) ==
  /\ Proposed(x) /\ mode[m] = "empty" /\ prop[x][m] = inc[m]
  /\ mode' = [mode EXCEPT ![m] = IF Promise THEN "locked" ELSE "member"]
  /\ home' = [home EXCEPT ![m] = x]
  /\ heard' = [c \in Coordinators |-> IF c = m THEN [k \in List |-> {}] ELSE heard[c]]
  /\ UNCHANGED <<inc, holds, crashes, cfg>> /\ UNCHANGED boot

(* m answers those of x that hold nothing yet (they repeat the proposal to every name):             *)
(*   "in"     I am the listed incarnation, and I am locked into x or a member of it                 *)
(*   "empty"  I am another incarnation, and empty                                                   *)
(*   "lost"   the listed incarnation will never be in x: it is gone, or is in another cluster       *)
Answer(m, x) ==
  LET what == IF home[m] = x THEN (IF inc[m] = prop[x][m] THEN {"in"} ELSE {"lost"})
              ELSE IF mode[m] # "empty" THEN {"lost"}
              ELSE IF inc[m] = prop[x][m] THEN {} ELSE {"empty", "lost"}
  IN /\ Proposed(x) /\ \E q \in List : home[q] = x /\ ~holds[q]
     /\ ~(what \subseteq said[x][m])
     /\ said' = [said EXCEPT ![x][m] = @ \cup what]
     /\ UNCHANGED <<nextId, prop, begun, opened, cfg>> /\ UNCHANGED procs

(* A locked node becomes a member when the answers allow it, or with any message of x from a member.*)
MayBegin(x) ==
  /\ IsMajority({m \in List : "in" \in said[x][m]}, List)
  /\ Unanimous => \A m \in List : \/ "in" \in said[x][m]
                                  \/ "empty" \in said[x][m] /\ Successors

Begin(n) ==
  LET x == home[n] IN
  /\ mode[n] = "locked" /\ (begun[x] \/ MayBegin(x))
  /\ mode' = [mode EXCEPT ![n] = "member"]
  /\ begun' = [begun EXCEPT ![x] = TRUE]
  /\ UNCHANGED <<inc, home, holds, crashes, heard, nextId, prop, said, opened, cfg>>

(* A node that holds nothing (locked, member or learner) gives x up when x can never again have a   *)
(* majority of the incarnations it lists. It draws a new incarnation: for safety, one more crash.   *)
MayLeave(n) ==
  LET x == home[n] IN
  /\ x # 0 /\ ~holds[n]
  /\ \/ ~IsMajority({m \in List : "lost" \notin said[x][m]}, List)
     \/ mode[n] = "locked" /\ ~Patient

Leave(n) == MayLeave(n) /\ Reborn(n) /\ UNCHANGED crashes

------------------------------------------------------------------------------
(* The cluster at work. Commit: a majority holds something from now on. The first commit opens the  *)
(* cluster for writes.                                                                              *)
Commit(x) ==
  /\ Proposed(x)
  /\ \E Q \in SUBSET Working(x) :
       /\ IsMajority(Q, Voters(x)) /\ (~opened[x] \/ \E n \in Q : ~holds[n])
       /\ FullHouse /\ ~opened[x] => List \subseteq Q
       /\ holds' = [n \in Names |-> holds[n] \/ n \in Q]
  /\ opened' = [opened EXCEPT ![x] = TRUE]
  /\ UNCHANGED <<inc, mode, home, crashes, heard, nextId, prop, said, begun, cfg>>

(* An empty node finds a running cluster and becomes its learner: it is not empty from here on.     *)
Learn(n, x) ==
  /\ mode[n] = "empty" /\ CanCommit(x)
  /\ n \in Extra => \A m \in List : m \in Working(x)     \* (bound: by hand, to a healthy cluster)
  /\ mode' = [mode EXCEPT ![n] = "member"]
  /\ home' = [home EXCEPT ![n] = x]
  /\ holds' = [holds EXCEPT ![n] = \E m \in Working(x) : holds[m]]
  /\ heard' = [c \in Coordinators |-> IF c = n THEN [k \in List |-> {}] ELSE heard[c]]
  /\ UNCHANGED <<inc, crashes, cfg>> /\ UNCHANGED boot

(* The learner becomes a voter: swapped for the old incarnation of its name, or added by hand.      *)
Enlist(n, x) ==
  LET after == Voters(x) \cup {n} IN
  /\ mode[n] = "member" /\ home[n] = x /\ cfg[x][n] # inc[n]
  /\ GuardGrowth => ~IsMajority(after \ List, after)
  /\ \E Q \in SUBSET Working(x) :
       /\ IsMajority(Q, Voters(x)) /\ IsMajority(Q \cup {n}, after)
       /\ holds' = [m \in Names |-> holds[m] \/ m \in Q \cup {n}]
  /\ cfg' = [cfg EXCEPT ![x][n] = inc[n]]
  /\ UNCHANGED <<inc, mode, home, crashes, heard>> /\ UNCHANGED boot

Step ==
  \/ \E n \in List : Begin(n) \/ Leave(n)
  \/ \E c \in Coordinators : Propose(c) \/ \E m \in List : Report(m, c)
  \/ \E x \in Ids : Commit(x) \/ \E m \in List : Accept(m, x) \/ Answer(m, x)
  \/ \E x \in Ids, n \in Names : Learn(n, x) \/ Enlist(n, x)

Next == Step \/ \E n \in Names : Crash(n)

Spec == Init /\ [][Next]_vars

------------------------------------------------------------------------------
(* Never two clusters that can both commit.                                                         *)
OneCluster == \A x, y \in Ids : CanCommit(x) /\ CanCommit(y) => x = y

(* Stronger: no cluster can commit while a live process holds committed state of another one, even  *)
(* of one that has lost its majority: that state is the operator's to recover.                      *)
NoOrphan == \A y \in Ids : CanCommit(y) => \A n \in Names : holds[n] => home[n] = y

(* Those voters of x that take part, or may still come to take part.                                *)
Hope(x) == {m \in Voters(x) : inc[m] = cfg[x][m] /\ (mode[m] = "empty" \/ home[m] = x)}

(* Giving a lock up never costs a cluster the majority that it could still have had.                *)
LeaveIsHarmless == \A n \in List : MayLeave(n) => ~IsMajority(Hope(home[n]), Voters(home[n]))

(* While crashes alone have not cost it its majority, a cluster that took writes can have one.      *)
FewCrashes == IsMajority({k \in 1..Cardinality(List) : k > crashes}, List)
CrashesAreBorne == FewCrashes => \A x \in Ids : opened[x] => IsMajority(Hope(x), Voters(x))

(* No dead end: where nothing but a crash can happen, a cluster takes writes; or a majority crashed,*)
(* and a survivor with state waits for the operator; or a bound of the model was hit.               *)
NoDeadEnd ==
  \/ \E x \in Ids : CanCommit(x) /\ opened[x]
  \/ ~FewCrashes /\ \E n \in Names : holds[n] /\ ~CanCommit(home[n])
  \/ nextId > MaxId \/ \E n \in Names : inc[n] = MaxInc
  \/ ENABLED Step

Symmetry == Permutations(List \ Coordinators) \cup Permutations(Extra)
==============================================================================
